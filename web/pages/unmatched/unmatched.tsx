/** What gateways told us and came to nothing, and why. */
import { SegmentedControl, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import { PageFrame } from '../../parts/page-frame.tsx';
import { Calls } from './calls.tsx';
import { Reports } from './reports.tsx';

const VIEWS = ['reports', 'refused', 'left'] as const;

export default function Unmatched() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const view = VIEWS.find((name) => name === params.get('view')) ?? 'reports';
  return (
    <PageFrame title={t('unmatched.title')}>
      <SegmentedControl
        aria-label={t('unmatched.view')}
        data={VIEWS.map((value) => ({ value, label: t(`unmatched.views.${value}`) }))}
        value={view}
        // What the other one was filtered by does not fit here.
        onChange={(value) => setParams(value === 'reports' ? {} : { view: value })}
        styles={{ root: { flexWrap: 'wrap', alignSelf: 'flex-start' } }}
      />
      <Text size="sm" c="dimmed" maw={760}>
        {t(`unmatched.about.${view}`)}
      </Text>
      {view === 'reports' ? <Reports /> : <Calls key={view} state={view} />}
    </PageFrame>
  );
}

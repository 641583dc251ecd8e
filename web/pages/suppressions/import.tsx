/** One import, as it goes on or as it ended. */
import { Anchor } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'wouter';
import { Loaded } from '../../parts/loaded.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { ImportResult } from './import-result.tsx';
import { useImport } from './running.ts';

export default function Import() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const result = useImport(id);
  return (
    <PageFrame
      title={t('suppressions.imports.one')}
      actions={
        <Anchor component={Link} href="/suppressions/imports" size="sm">
          {t('suppressions.imports.title')}
        </Anchor>
      }
    >
      <Loaded result={result}>{(data) => <ImportResult of={data} />}</Loaded>
    </PageFrame>
  );
}

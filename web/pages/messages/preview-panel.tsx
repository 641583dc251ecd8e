import { Alert, List, Paper, Stack, Text, Title } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Preview } from '../../../api/schemas/preview.ts';
import { ErrorState } from '../../parts/error-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { PhoneText } from '../../parts/phone-text.tsx';
import { Time } from '../../parts/time.tsx';

/** What would become of the message, as the API says. */
export function PreviewPanel({ preview }: { preview: UseQueryResult<Preview> }) {
  const { t } = useTranslation();
  const { data, error, refetch } = preview;
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="preview-title">
      <Stack gap="sm" aria-live="polite">
        <Title order={2} size="h4" id="preview-title">
          {t('messages.preview.title')}
        </Title>
        {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Foreseen preview={data} />}
      </Stack>
    </Paper>
  );
}

function Foreseen({ preview }: { preview: Preview | undefined }) {
  const { t, i18n } = useTranslation();
  if (!preview) {
    return (
      <Text size="sm" c="dimmed">
        {t('messages.preview.empty')}
      </Text>
    );
  }
  const { wouldBeAccepted, to, country, from, sender, parts, maxParts, encoding, suppressedBy } = preview;
  return (
    <>
      <Text size="sm" fw={500}>
        {t(wouldBeAccepted ? 'messages.preview.good' : 'messages.preview.notYet')}
      </Text>
      {suppressedBy.length > 0 && <Suppressed by={suppressedBy} />}
      <Facts
        of={[
          {
            name: t('messages.preview.to'),
            value: to && (
              <>
                <PhoneText phone={to} />
                {country && `, ${new Intl.DisplayNames(i18n.language, { type: 'region' }).of(country)}`}
              </>
            ),
          },
          { name: t('messages.preview.from'), value: from },
          { name: t('messages.preview.sender'), value: sender },
          {
            name: t('messages.preview.parts'),
            value:
              parts !== null &&
              encoding !== null &&
              (maxParts === null
                ? t('messages.partsOf', { count: parts, encoding })
                : t('messages.preview.partsAtMost', { parts: String(parts), most: String(maxParts), encoding })),
          },
        ]}
      />
    </>
  );
}

function Suppressed({ by }: { by: Preview['suppressedBy'] }) {
  const { t } = useTranslation();
  return (
    <Alert variant="default" role="group" title={t('messages.preview.suppressed')}>
      <List size="sm">
        {by.map(({ list, source, reason, since }) => (
          <List.Item key={list}>
            {t(`messages.preview.${list}`)} {t('messages.preview.since')} <Time at={since} /> (
            {[t(`suppressions.sources.${source}`), reason].filter(Boolean).join(': ')})
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

import { Alert, Button, List, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client.ts';
import { useExplain } from '../text/explain.ts';
import { said, saidIfKnown } from '../text/said.ts';

/** What went wrong, field by field where the API says so, and the way to try again. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const explain = useExplain();
  const problem = error instanceof ApiError ? error.problem : undefined;
  return (
    <Alert color="red" variant="outline" title={t('parts.failed')} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{explain(error)}</Text>
        {problem?.errors && (
          <List size="sm">
            {problem.errors.map(({ pointer, parameter, header, detail, mend }) => (
              <List.Item key={`${pointer ?? parameter ?? header} ${detail}`}>
                {[parameter ?? header ?? pointer, said(detail), saidIfKnown(mend)].filter(Boolean).join(' ')}
              </List.Item>
            ))}
          </List>
        )}
        {onRetry && (
          <Button size="compact-sm" variant="default" onClick={onRetry}>
            {t('parts.again')}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

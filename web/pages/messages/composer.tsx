import { Alert, Button, Grid, Group, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { uuidv4 } from 'uuidv7';
import type { MessageView } from '../../../api/schemas/messages.ts';
import type { Preview } from '../../../api/schemas/preview.ts';
import { ApiError, call, fieldsOf, wrongFields } from '../../api/client.ts';
import { useSignedIn } from '../../api/session.ts';
import { useExplain } from '../../text/explain.ts';
import { ComposeFields } from './compose-fields.tsx';
import { bodyOf, type Draft, EMPTY, isBegun } from './draft.ts';
import { MESSAGES_KEY } from './messages-key.ts';
import { PreviewPanel } from './preview-panel.tsx';

const PAUSE_MS = 300;

export interface ComposerProps {
  onSent: (message: MessageView) => void;
  /** To begin anew, with nothing of this one. */
  onAnew: () => void;
}

export function Composer({ onSent, onAnew }: ComposerProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const form = useForm<Draft>({ initialValues: EMPTY });
  const preview = usePreview(form.values);
  // One for all that is sent from here: a double click or a repeat is the same SMS.
  const [idempotencyKey] = useState(uuidv4);
  const send = useMutation({
    mutationFn: (draft: Draft) =>
      call<MessageView>('POST', '/v1/messages', {
        body: bodyOf(draft),
        headers: { 'idempotency-key': idempotencyKey },
      }),
    onSuccess: (message) => {
      void client.invalidateQueries({ queryKey: MESSAGES_KEY });
      onSent(message);
    },
    onError: (error) => form.setErrors(wrongFields(error)),
  });
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 7 }}>
        <form onSubmit={form.onSubmit((draft) => send.mutate(draft))} noValidate>
          <Stack>
            <ComposeFields form={form} foreseen={fieldsOf(preview.data?.errors ?? [])} />
            {send.error && <NotSent error={send.error} onAnew={onAnew} />}
            <Group>
              <Button type="submit" loading={send.isPending}>
                {t('messages.form.send')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <PreviewPanel preview={preview} />
      </Grid.Col>
    </Grid>
  );
}

/** What the API says of it a moment after the last letter. */
function usePreview(draft: Draft) {
  const { isOperator } = useSignedIn();
  const [body] = useDebouncedValue(JSON.stringify(bodyOf(draft)), PAUSE_MS);
  const isPossible = isBegun(draft) && !(isOperator && draft.account === '');
  return useQuery({
    queryKey: ['preview', body],
    queryFn: ({ signal }) =>
      call<Preview>('POST', '/v1/messages/preview', { body: JSON.parse(body), ...(signal ? { signal } : {}) }),
    enabled: isPossible,
    placeholderData: keepPreviousData,
  });
}

/** What stands at its field is not said again. */
function NotSent({ error, onAnew }: { error: unknown; onAnew: () => void }) {
  const { t } = useTranslation();
  const explain = useExplain();
  const problem = error instanceof ApiError ? error.problem : undefined;
  const isUnclear = error instanceof ApiError && (error.status === 0 || error.status >= 500);
  const isOtherSms = problem?.code === 'idempotency-key-reused' || problem?.code === 'message-gone';
  return (
    <Alert color="red" variant="outline" title={t('parts.failed')} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{explain(error)}</Text>
        {isUnclear && <Text size="sm">{t('messages.form.repeatable')}</Text>}
        {isOtherSms && (
          <Button size="compact-sm" variant="default" onClick={onAnew}>
            {t('messages.form.begin')}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

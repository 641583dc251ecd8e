import { Alert, Button, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import type { SenderView } from '../../../api/schemas/senders.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { CopyField } from '../../parts/copy-field.tsx';
import { useNotify } from '../../parts/notify.ts';
import { Time } from '../../parts/time.tsx';
import { useExplain } from '../../text/explain.ts';
import { useSenderChange } from './queries.ts';

/** Where the gateway is to send reports and texts from phones. */
export function Addresses({ sender: { id, name, hooks } }: { sender: SenderView }) {
  const { t } = useTranslation();
  if (!hooks) return <Text size="sm">{t('senders.addresses.none')}</Text>;
  const { reports, inbound, listener, oldUntil, note } = hooks;
  return (
    <Stack maw={720}>
      <Text size="sm">{t('senders.addresses.text')}</Text>
      {note !== undefined && (
        <Alert color="yellow" variant="outline">
          {t('senders.addresses.onlyPaths')}
        </Alert>
      )}
      <CopyField label={t('senders.addresses.reports')} value={reports} />
      <CopyField label={t('senders.addresses.inbound')} value={inbound} />
      {listener !== undefined && (
        <CopyField
          label={t('senders.addresses.listener')}
          description={t('senders.addresses.listenerHelp')}
          value={listener}
        />
      )}
      {oldUntil !== null && (
        <Text size="sm">
          {t('senders.addresses.oldUntil')} <Time at={oldUntil} />
        </Text>
      )}
      <RotateButton id={id} name={name} />
    </Stack>
  );
}

function RotateButton({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation();
  const [isOpen, { open, close }] = useDisclosure(false);
  const notify = useNotify();
  const explain = useExplain();
  const rotate = useSenderChange(() => ({ method: 'POST', path: `/v1/senders/${id}/rotate-hook-token` }));
  return (
    <>
      <Button variant="outline" color="red" w="fit-content" onClick={open}>
        {t('senders.rotate.action')}
      </Button>
      <Confirm
        isOpen={isOpen}
        title={t('senders.rotate.title', { name })}
        action={t('senders.rotate.action')}
        isPending={rotate.isPending}
        error={rotate.error ? explain(rotate.error) : undefined}
        onConfirm={() =>
          rotate.mutate(undefined, {
            onSuccess: () => {
              close();
              notify(t('senders.rotate.done'));
            },
          })
        }
        onClose={close}
      >
        {t('senders.rotate.text')}
      </Confirm>
    </>
  );
}

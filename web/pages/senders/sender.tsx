/** One sender: its settings, where the gateway calls it, a test, and how it does. */
import { Group, Tabs, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useParams, useSearchParams } from 'wouter';
import type { GatewayView } from '../../../api/schemas/gateways.ts';
import type { SenderView } from '../../../api/schemas/senders.ts';
import { useSignedIn } from '../../api/session.ts';
import { ErrorState } from '../../parts/error-state.tsx';
import { Loading } from '../../parts/loading.tsx';
import { useNotify } from '../../parts/notify.ts';
import { PageFrame } from '../../parts/page-frame.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Addresses } from './addresses.tsx';
import { ArchiveButton, RestoreButton } from './archive.tsx';
import { SenderForm } from './form/sender-form.tsx';
import { useGatewayWords } from './gateway-words.ts';
import { Health } from './health.tsx';
import { PauseButton } from './pause.tsx';
import { useGateways, useMayChange, useSender } from './queries.ts';
import { TestSender } from './test-sender.tsx';

export default function SenderPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const sender = useSender(id);
  const gateways = useGateways();
  const mayChange = useMayChange();
  const error = sender.error ?? gateways.error;
  const gateway = gateways.data?.find(({ name }) => name === sender.data?.gateway);
  const again = () => void Promise.all([sender.refetch(), gateways.refetch()]);
  return (
    <PageFrame
      title={sender.data?.name ?? t('senders.title')}
      actions={mayChange && sender.data && <Actions sender={sender.data} />}
    >
      {(sender.isPending || gateways.isPending) && !error && <Loading />}
      {error && <ErrorState error={error} onRetry={again} />}
      {sender.data && gateway && <Parts sender={sender.data} gateway={gateway} />}
    </PageFrame>
  );
}

function Actions({ sender }: { sender: SenderView }) {
  if (sender.archivedAt !== null) return <RestoreButton sender={sender} size="sm" />;
  return (
    <>
      <PauseButton sender={sender} />
      <ArchiveButton sender={sender} size="sm" />
    </>
  );
}

const SETTINGS = 'settings';

/** The part that is shown is kept in the address; what is written into the form stays meanwhile. */
function Parts({ sender, gateway }: { sender: SenderView; gateway: GatewayView }) {
  const { t } = useTranslation();
  const { isOperator } = useSignedIn();
  const mayChange = useMayChange();
  const [params, setParams] = useSearchParams();
  const notify = useNotify();
  const translate = useGatewayWords();
  const { id, archivedAt } = sender;
  const tabs = [
    SETTINGS,
    ...(sender.hooks === undefined ? [] : ['addresses']),
    ...(mayChange && archivedAt === null ? ['test'] : []),
    ...(isOperator ? ['health'] : []),
  ] as ('settings' | 'addresses' | 'test' | 'health')[];
  const shown = tabs.find((tab) => tab === params.get('tab')) ?? SETTINGS;
  return (
    <>
      <Group gap="xs">
        <StateBadge state={sender.state} />
        <Text size="sm">{translate(gateway.title)}</Text>
        <Text size="xs" c="dimmed" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
          {id}
        </Text>
      </Group>
      <Tabs
        value={shown}
        onChange={(tab) => setParams(tab === null || tab === SETTINGS ? {} : { tab }, { replace: true })}
      >
        <Tabs.List mb="md">
          {tabs.map((tab) => (
            <Tabs.Tab key={tab} value={tab}>
              {t(`senders.tabs.${tab}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="settings">
          <SenderForm
            key={id}
            gateway={gateway}
            sender={sender}
            onSaved={({ name }) => notify(t('senders.form.saved', { name }))}
          />
        </Tabs.Panel>
        {tabs.includes('addresses') && (
          <Tabs.Panel value="addresses">
            <Addresses sender={sender} />
          </Tabs.Panel>
        )}
        {tabs.includes('test') && (
          <Tabs.Panel value="test">
            <TestSender sender={sender} />
          </Tabs.Panel>
        )}
        {tabs.includes('health') && <Tabs.Panel value="health">{shown === 'health' && <Health id={id} />}</Tabs.Panel>}
      </Tabs>
    </>
  );
}

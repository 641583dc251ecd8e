/** Makes a sender: first its gateway, then what that needs. */
import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useLocation, useSearchParams } from 'wouter';
import type { GatewayView } from '../../../api/schemas/gateways.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { useNotify } from '../../parts/notify.ts';
import { PageFrame } from '../../parts/page-frame.tsx';
import { SenderForm } from './form/sender-form.tsx';
import { useGatewayWords } from './gateway-words.ts';
import { useGateways } from './queries.ts';

export default function NewSender() {
  const { t } = useTranslation();
  const gateways = useGateways();
  return (
    <PageFrame title={t('senders.newTitle')}>
      <Loaded result={gateways}>{(all) => <ChosenGateway gateways={all} />}</Loaded>
    </PageFrame>
  );
}

/** Kept in the address, so that a link leads to the form of one gateway. */
function ChosenGateway({ gateways }: { gateways: GatewayView[] }) {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const [, go] = useLocation();
  const notify = useNotify();
  const translate = useGatewayWords();
  const gateway = gateways.find(({ name }) => name === params.get('gateway'));
  return (
    <>
      <Select
        label={t('senders.gateway')}
        description={t('senders.form.gatewayHelp')}
        placeholder={t('senders.form.chooseGateway')}
        data={gateways.map(({ name, title }) => ({ value: name, label: translate(title) }))}
        value={gateway?.name ?? null}
        onChange={(name) => setParams(name === null ? {} : { gateway: name }, { replace: true })}
        searchable
        allowDeselect={false}
      />
      {gateway && (
        <SenderForm
          key={gateway.name}
          gateway={gateway}
          onSaved={({ id, name }) => {
            notify(t('senders.form.created', { name }));
            go(`/senders/${id}?tab=addresses`);
          }}
        />
      )}
    </>
  );
}

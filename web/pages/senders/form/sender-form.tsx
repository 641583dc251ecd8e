/** The form of a sender, new or there already. */
import { Button, Fieldset, Group, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GatewayView } from '../../../../api/schemas/gateways.ts';
import type { SenderView } from '../../../../api/schemas/senders.ts';
import { wrongFields } from '../../../api/client.ts';
import { useSignedIn } from '../../../api/session.ts';
import { ErrorState } from '../../../parts/error-state.tsx';
import { withoutErrorsAt } from '../../../parts/schema-form/errors.ts';
import { fieldsOf } from '../../../parts/schema-form/fields.ts';
import { DryRun } from '../dry-run/dry-run.tsx';
import { useMayChange, useSenderChange } from '../queries.ts';
import type { FormPart } from './form-part.ts';
import { GatewaySettings } from './gateway-settings.tsx';
import { newSenderBody, newValues, senderChangeBody, valuesOfSender } from './values.ts';
import { WhatComesBack } from './what-comes-back.tsx';
import { WhatGoesOut } from './what-goes-out.tsx';
import { Whose } from './whose.tsx';

export interface SenderFormProps {
  gateway: GatewayView;
  /** Absent: a new one. */
  sender?: SenderView;
  onSaved: (sender: SenderView) => void;
}

export function SenderForm({ gateway, sender, onSaved }: SenderFormProps) {
  const { t } = useTranslation();
  const { may } = useSignedIn();
  const mayChange = useMayChange();
  const fields = useMemo(() => fieldsOf(gateway.settings), [gateway]);
  const [before, setBefore] = useState(() =>
    sender ? valuesOfSender(sender, fields) : newValues(fields, gateway.defaults.onUncertain),
  );
  const form = useForm({ initialValues: before });
  const { values, errors, setErrors } = form;
  const save = useSenderChange(() =>
    sender
      ? { method: 'PATCH', path: `/v1/senders/${sender.id}`, body: senderChangeBody(fields, before, values) }
      : { method: 'POST', path: '/v1/senders', body: newSenderBody(gateway.name, fields, values) },
  );
  const [refusals, setRefusals] = useState(0);
  const element = useFirstWrong(refusals);
  const set = (path: string, value: unknown) => {
    form.setFieldValue(path, () => value as never);
    setErrors((errors) => withoutErrorsAt(errors, path));
  };
  const part: FormPart = { values, errors, set };
  const { rateLimit } = gateway.defaults;
  const usual = { ...gateway.defaults, rateLimit: rateLimit[''] ?? rateLimit[String(values.settings.api)] };
  const submit = () =>
    save.mutate(undefined, {
      onSuccess: (saved) => {
        const now = valuesOfSender(saved, fields);
        setBefore(now);
        form.setValues(now);
        form.clearErrors();
        onSaved(saved);
      },
      onError: (error) => {
        setErrors(wrongFields(error));
        setRefusals((count) => count + 1);
      },
    });
  return (
    <Stack>
      <form
        ref={element}
        aria-label={t(sender ? 'senders.form.change' : 'senders.form.make')}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
        noValidate
      >
        <Fieldset variant="unstyled" disabled={!mayChange}>
          <Stack>
            <Whose {...part} />
            {(!sender || sender.settings) && (
              <GatewaySettings
                {...part}
                gateway={gateway}
                fields={fields}
                onSetting={(name, value) => set(`settings.${name}`, value)}
                settings={sender?.settings}
              />
            )}
            <WhatGoesOut {...part} usual={usual} arePhonesMasked={sender !== undefined && !may('phones:read')} />
            <WhatComesBack {...part} usual={usual} seesHookIps={!sender || sender.hookIps !== undefined} />
            {save.error && <ErrorState error={save.error} />}
            {mayChange && (
              <Group justify="flex-end">
                <Button type="submit" loading={save.isPending}>
                  {t(sender ? 'senders.form.save' : 'senders.form.create')}
                </Button>
              </Group>
            )}
          </Stack>
        </Fieldset>
      </form>
      {mayChange && <DryRun gateway={gateway} fields={fields} values={values.settings} settings={sender?.settings} />}
    </Stack>
  );
}

/** After a refusal the first input that is wrong has the focus. */
function useFirstWrong(refusals: number) {
  const element = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (refusals > 0) element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refusals]);
  return element;
}

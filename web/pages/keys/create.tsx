/** Making a key, which is shown this once. */
import { Button, Checkbox, Group, Modal, Radio, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ParseKeys } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CreatedKey, KeyView } from '../../../api/schemas/keys.ts';
import { useAccounts } from '../../api/accounts.ts';
import { call, wrongFields } from '../../api/client.ts';
import { type Scope, useSignedIn } from '../../api/session.ts';
import { CopyField } from '../../parts/copy-field.tsx';
import { TimeFilter } from '../../parts/filters.tsx';
import { FormButtons } from '../../parts/form-buttons.tsx';
import { FormError } from '../../parts/form-error.tsx';

/** Records, so that none of the API's can be forgotten: what each scope allows, for people. */
const SCOPES = {
  'messages:send': 'keys.scopesHelp.messagesSend',
  'messages:read': 'keys.scopesHelp.messagesRead',
  'phones:read': 'keys.scopesHelp.phonesRead',
  'senders:read': 'keys.scopesHelp.sendersRead',
  'senders:write': 'keys.scopesHelp.sendersWrite',
  'suppressions:read': 'keys.scopesHelp.suppressionsRead',
  'suppressions:write': 'keys.scopesHelp.suppressionsWrite',
  admin: 'keys.scopesHelp.admin',
} as const satisfies Record<Scope, ParseKeys>;
const KINDS: Record<KeyView['kind'], true> = { live: true, test: true };
const scopes = Object.keys(SCOPES) as Scope[];
const kinds = Object.keys(KINDS) as KeyView['kind'][];

const FIELDS = ['name', 'account', 'kind', 'scopes', 'expiresAt'] as const;
const ALL_ACCOUNTS = 'all';

type State = { is: 'closed' | 'form' } | { is: 'made'; key: string };

/** @param account whose keys are shown; '': all */
export function CreateButton({ account }: { account: string }) {
  const { t } = useTranslation();
  const [state, setState] = useState<State>({ is: 'closed' });
  const isMade = state.is === 'made';
  const close = () => setState({ is: 'closed' });
  return (
    <>
      <Button onClick={() => setState({ is: 'form' })}>{t('keys.create')}</Button>
      <Modal
        opened={state.is !== 'closed'}
        onClose={close}
        title={t(isMade ? 'keys.created' : 'keys.create')}
        closeButtonProps={{ 'aria-label': t('parts.close') }}
        // What is shown only once does not go by a slip of the hand.
        withCloseButton={!isMade}
        closeOnClickOutside={!isMade}
        closeOnEscape={!isMade}
      >
        {isMade ? (
          <Stack>
            <Text size="sm">{t('keys.createdText')}</Text>
            <CopyField label={t('keys.createdKey')} value={state.key} />
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {t('keys.done')}
              </Button>
            </Group>
          </Stack>
        ) : (
          <KeyForm account={account} onMade={({ key }) => setState({ is: 'made', key })} onCancel={close} />
        )}
      </Modal>
    </>
  );
}

interface KeyFormProps {
  account: string;
  onMade: (made: CreatedKey) => void;
  onCancel: () => void;
}

interface Values {
  name: string;
  account: string | null;
  kind: KeyView['kind'];
  scopes: Scope[];
  /** '': it has no end. */
  expiresAt: string;
}

function KeyForm({ account, onMade, onCancel }: KeyFormProps) {
  const { t } = useTranslation();
  const { isOperator } = useSignedIn();
  const { data: accounts = [] } = useAccounts();
  const client = useQueryClient();
  const form = useForm<Values>({
    initialValues: {
      name: '',
      account: account === '' ? null : account,
      kind: 'live',
      scopes: ['messages:send', 'messages:read'],
      expiresAt: '',
    },
  });
  const create = useMutation({
    mutationFn: ({ name, account, kind, scopes, expiresAt }: Values) =>
      call<CreatedKey>('POST', '/v1/keys', {
        body: {
          name: name.trim(),
          kind,
          scopes,
          ...(account === null ? {} : { account: account === ALL_ACCOUNTS ? null : account }),
          ...(expiresAt === '' ? {} : { expiresAt }),
        },
      }),
    onSuccess: async (made) => {
      onMade(made);
      await client.invalidateQueries({ queryKey: ['keys'] });
    },
    onError: (error) => form.setErrors(wrongFields(error)),
    // The key stays nowhere but where it is shown.
    gcTime: 0,
  });
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))} noValidate>
      <Stack>
        <TextInput
          {...form.getInputProps('name')}
          label={t('keys.name')}
          description={t('keys.nameHelp')}
          autoComplete="off"
          required
          data-autofocus
        />
        {isOperator && (
          <Select
            {...form.getInputProps('account')}
            label={t('keys.account')}
            data={[
              { value: ALL_ACCOUNTS, label: t('keys.allAccounts') },
              ...accounts
                .filter(({ archivedAt }) => archivedAt === null)
                .map(({ id, name }) => ({ value: id, label: name })),
            ]}
            allowDeselect={false}
            searchable
            required
          />
        )}
        <Checkbox.Group {...form.getInputProps('scopes')} label={t('keys.scopes')} required>
          <Stack gap="xs" mt="xs">
            {scopes.map((scope) => (
              <Checkbox key={scope} value={scope} label={scope} description={t(SCOPES[scope])} />
            ))}
          </Stack>
        </Checkbox.Group>
        <Radio.Group {...form.getInputProps('kind')} label={t('keys.kind')}>
          <Stack gap="xs" mt="xs">
            {kinds.map((kind) => (
              <Radio key={kind} value={kind} label={t(`keys.kindsHelp.${kind}`)} />
            ))}
          </Stack>
        </Radio.Group>
        <Group>
          <TimeFilter
            label={t('keys.expiresAt')}
            description={t('keys.expiresHelp')}
            value={form.values.expiresAt}
            onChange={(at) => form.setFieldValue('expiresAt', at)}
            error={form.errors.expiresAt?.toString()}
          />
        </Group>
        <FormError error={create.error} fields={FIELDS} />
        <FormButtons action={t('keys.createSubmit')} isPending={create.isPending} onCancel={onCancel} />
      </Stack>
    </form>
  );
}

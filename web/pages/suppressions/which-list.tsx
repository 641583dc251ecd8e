/** Which suppress list something is about: an account's, or the global one. */
import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useAccounts } from '../../api/accounts.ts';
import { useSignedIn } from '../../api/session.ts';
import { AccountName } from '../../parts/account.tsx';

const GLOBAL = 'global';

export interface ListSelectProps {
  /** The id of an account; '': the global list. */
  value: string;
  onChange: (account: string) => void;
  error?: string | undefined;
}

/** For keys for all accounts; any other has one list. */
export function ListSelect({ value, onChange, error }: ListSelectProps) {
  const { t } = useTranslation();
  const { isOperator } = useSignedIn();
  const { data = [] } = useAccounts();
  if (!isOperator) return null;
  return (
    <Select
      label={t('suppressions.list')}
      data={[
        { value: GLOBAL, label: t('suppressions.global') },
        ...data.map(({ id, name }) => ({ value: id, label: name })),
      ]}
      value={value === '' ? GLOBAL : value}
      onChange={(chosen) => onChange(chosen === null || chosen === GLOBAL ? '' : chosen)}
      error={error}
      allowDeselect={false}
      searchable
      flex="1 1 180px"
    />
  );
}

/** A list as the API takes it: `list` and `account`. */
export function useListNaming(): (account: string) => { list?: 'global'; account?: string } {
  const { isOperator } = useSignedIn();
  return (account) => (!isOperator ? {} : account === '' ? { list: GLOBAL } : { account });
}

export function ListName({ account }: { account: string | null }) {
  const { t } = useTranslation();
  return account === null ? t('suppressions.global') : <AccountName id={account} />;
}

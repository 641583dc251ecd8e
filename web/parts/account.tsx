import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useAccounts } from '../api/accounts.ts';

/** The name of an account, or its id while that is not known. @param id null: all accounts */
export function AccountName({ id }: { id: string | null }) {
  const { t } = useTranslation();
  const { data = [] } = useAccounts();
  return id === null ? t('parts.noAccount') : (data.find((account) => account.id === id)?.name ?? id);
}

export interface AccountSelectProps {
  /** An id; '': none. */
  value: string;
  onChange: (id: string) => void;
  label?: string;
  error?: string | undefined;
}

/** For keys for all accounts: one of them, or none. */
export function AccountSelect({ value, onChange, label, error }: AccountSelectProps) {
  const { t } = useTranslation();
  const { data = [] } = useAccounts();
  return (
    <Select
      label={label ?? t('parts.account')}
      placeholder={t('parts.anyAccount')}
      data={data.map(({ id, name }) => ({ value: id, label: name }))}
      value={value === '' ? null : value}
      onChange={(id) => onChange(id ?? '')}
      error={error}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('parts.clearFilters') }}
      flex="1 1 180px"
    />
  );
}

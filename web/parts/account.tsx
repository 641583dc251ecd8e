import { useTranslation } from 'react-i18next';
import { useAccounts } from '../api/accounts.ts';
import { useSignedIn } from '../api/session.ts';
import { ChoiceFilter, type FilterInput } from './filters.tsx';

/** The name of an account, or its id while that is not known. @param id null: all accounts */
export function AccountName({ id }: { id: string | null }) {
  const { t } = useTranslation();
  const { data = [] } = useAccounts();
  return id === null ? t('parts.noAccount') : (data.find((account) => account.id === id)?.name ?? id);
}

/** For keys for all accounts: one of them, or none. Of any other key there is one account. */
export function AccountFilter(filter: FilterInput) {
  const { t } = useTranslation();
  const { isOperator } = useSignedIn();
  const { data = [] } = useAccounts();
  if (!isOperator) return null;
  return (
    <ChoiceFilter
      {...filter}
      label={t('parts.account')}
      any={t('parts.anyAccount')}
      data={data.map(({ id, name }) => ({ value: id, label: name }))}
      searchable
    />
  );
}

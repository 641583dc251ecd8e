import { MultiSelect, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useAccounts } from '../../../api/accounts.ts';
import { type FormPart, inputFor } from './form-part.ts';
import { FormSection } from './form-section.tsx';

/** What it is called, and who may send through it. */
export function Whose(part: FormPart) {
  const { t } = useTranslation();
  const { data = [] } = useAccounts();
  const { values, set } = part;
  const choices = data.filter(({ id, archivedAt }) => archivedAt === null || values.accounts.includes(id));
  return (
    <FormSection title={t('senders.form.whose')}>
      <TextInput
        {...inputFor(part, 'name')}
        onChange={(event) => set('name', event.currentTarget.value)}
        label={t('senders.name')}
        description={t('senders.form.nameHelp')}
        withAsterisk
        aria-required
        autoComplete="off"
      />
      <MultiSelect
        {...inputFor(part, 'accounts')}
        label={t('senders.accounts')}
        description={t('senders.form.accountsHelp')}
        data={choices.map(({ id, name }) => ({ value: id, label: name }))}
        searchable
      />
    </FormSection>
  );
}

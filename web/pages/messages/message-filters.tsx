import { MultiSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { STATUSES } from '../../../sms/status.ts';
import { useSenders } from '../../api/senders.ts';
import { useSignedIn } from '../../api/session.ts';
import { AccountFilter } from '../../parts/account.tsx';
import { ChoiceFilter, type FilterInput, type FilterProps, PeriodFilters, TextFilter } from '../../parts/filters.tsx';

/** As GET /v1/messages names them. */
export const FILTERS = ['status', 'phone', 'sender', 'account', 'error', 'from', 'to'] as const;

export function MessageFilters({ of }: { of: (name: (typeof FILTERS)[number]) => FilterInput }) {
  const { t } = useTranslation();
  const { may } = useSignedIn();
  const Sender = may('senders:read') ? SenderFilter : TextFilter;
  return (
    <>
      <StatusFilter label={t('messages.status')} {...of('status')} />
      <TextFilter label={t('messages.phone')} description={t('messages.phoneHelp')} {...of('phone')} />
      <Sender label={t('messages.sender')} {...of('sender')} />
      <AccountFilter {...of('account')} />
      <TextFilter label={t('messages.cause')} description={t('messages.causeHelp')} {...of('error')} />
      <PeriodFilters of={of} />
    </>
  );
}

/** Several, with commas between them. */
function StatusFilter({ value, onChange, ...shown }: FilterProps) {
  const { t } = useTranslation();
  const chosen = value === '' ? [] : value.split(',');
  return (
    <MultiSelect
      {...shown}
      placeholder={chosen.length === 0 ? t('messages.anyStatus') : ''}
      data={STATUSES.map((status) => ({ value: status, label: t(`statuses.${status}`) }))}
      value={chosen}
      onChange={(statuses) => onChange(statuses.join(','))}
      clearable
      flex="1 1 200px"
    />
  );
}

/** Those in use by their names, which are theirs alone; deleted ones by their ids. */
function SenderFilter(filter: FilterProps) {
  const { t } = useTranslation();
  const { data: inUse = [] } = useSenders();
  const { data: archived = [] } = useSenders({ isArchived: true });
  return (
    <ChoiceFilter
      {...filter}
      any={t('messages.anySender')}
      data={[
        ...inUse.map(({ name }) => ({ value: name, label: name })),
        ...archived.map(({ id, name }) => ({ value: id, label: t('messages.archivedSender', { name }) })),
      ]}
      searchable
    />
  );
}

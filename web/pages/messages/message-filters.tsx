import { MultiSelect, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { STATUSES } from '../../../sms/status.ts';
import { useSenders } from '../../api/senders.ts';
import { useSignedIn } from '../../api/session.ts';
import { AccountSelect } from '../../parts/account.tsx';
import { type FilterProps, Filters, TextFilter, TimeFilter } from '../../parts/filters.tsx';
import type { ListQuery } from '../../parts/list-query.ts';

/** As GET /v1/messages names them. */
export const FILTERS = ['status', 'phone', 'sender', 'account', 'error', 'from', 'to'] as const;

export interface MessageFiltersProps {
  list: ListQuery<(typeof FILTERS)[number]>;
  /** What the API says is wrong, by filter. */
  wrong: Record<string, string>;
}

export function MessageFilters({ list, wrong }: MessageFiltersProps) {
  const { t } = useTranslation();
  const { isOperator, may } = useSignedIn();
  const of = (name: (typeof FILTERS)[number]) => ({
    value: list.filters[name],
    onChange: (value: string) => list.set(name, value),
    error: wrong[name],
  });
  return (
    <Filters isSet={list.hasFilters} onClear={list.clear}>
      <StatusFilter label={t('messages.status')} {...of('status')} />
      <TextFilter label={t('messages.phone')} description={t('messages.phoneHelp')} {...of('phone')} />
      {may('senders:read') ? (
        <SenderFilter label={t('messages.sender')} {...of('sender')} />
      ) : (
        <TextFilter label={t('messages.sender')} {...of('sender')} />
      )}
      {isOperator && <AccountSelect {...of('account')} />}
      <TextFilter label={t('messages.cause')} description={t('messages.causeHelp')} {...of('error')} />
      <TimeFilter label={t('parts.from')} {...of('from')} />
      <TimeFilter label={t('parts.to')} {...of('to')} />
    </Filters>
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
      clearButtonProps={{ 'aria-label': t('messages.clear') }}
      flex="1 1 200px"
    />
  );
}

/** Those in use by their names, which are theirs alone; deleted ones by their ids. */
function SenderFilter({ value, onChange, ...shown }: FilterProps) {
  const { t } = useTranslation();
  const { data: inUse = [] } = useSenders();
  const { data: archived = [] } = useSenders({ isArchived: true });
  return (
    <Select
      {...shown}
      placeholder={t('messages.anySender')}
      data={[
        ...inUse.map(({ name }) => ({ value: name, label: name })),
        ...archived.map(({ id, name }) => ({ value: id, label: t('messages.archivedSender', { name }) })),
      ]}
      value={value === '' ? null : value}
      onChange={(sender) => onChange(sender ?? '')}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('messages.clear') }}
      flex="1 1 180px"
    />
  );
}

/** All senders, with how they do. */
import { Button, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { SenderPage } from '../../../api/schemas/senders.ts';
import { get } from '../../api/client.ts';
import { useSignedIn } from '../../api/session.ts';
import { AccountFilter } from '../../parts/account.tsx';
import { ListPage } from '../../parts/list-page.tsx';
import { usePagedList } from '../../parts/paged-list.ts';
import { type SenderRow, useSenderColumns } from './columns.tsx';
import type { RowHealth } from './health-cells.tsx';
import { SENDERS, useMayChange, useSendersHealth } from './queries.ts';

export default function Senders() {
  const { t } = useTranslation();
  const { isOperator } = useSignedIn();
  const mayChange = useMayChange();
  const columns = useSenderColumns();
  const list = usePagedList({
    key: [...SENDERS, 'list'],
    filters: ['archived', 'account'],
    read: (query, signal) => get<SenderPage>('/v1/senders', query, signal),
  });
  const { data: healths, error } = useSendersHealth(list.query);
  const healthOf = (id: string): RowHealth => healths?.get(id) ?? (healths || error ? null : undefined);
  const archived = list.filter('archived');
  const isArchived = archived.value === 'true';
  return (
    <ListPage
      title={t('senders.title')}
      actions={
        mayChange && (
          <Button component={Link} href="/senders/new">
            {t('senders.new')}
          </Button>
        )
      }
      list={list}
      filters={
        <>
          <AccountFilter {...list.filter('account')} />
          <Switch
            label={t('senders.showArchived')}
            checked={isArchived}
            onChange={(event) => archived.onChange(event.currentTarget.checked ? 'true' : '')}
            error={archived.error}
            mt={isOperator ? 30 : 0}
          />
        </>
      }
      label={t('senders.table')}
      empty={t(isArchived ? 'senders.noneArchived' : 'senders.none')}
      rowsOf={({ senders }): SenderRow[] => senders.map((sender) => ({ sender, health: healthOf(sender.id) }))}
      rowId={({ sender }) => sender.id}
      columns={columns}
      minWidth={isOperator ? 980 : 640}
    />
  );
}

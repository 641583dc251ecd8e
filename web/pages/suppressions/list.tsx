/** One suppress list: who is on it, and since when. */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { SuppressionPage, SuppressionView } from '../../../api/schemas/suppressions.ts';
import { get, queryString } from '../../api/client.ts';
import { useSignedIn } from '../../api/session.ts';
import { ChoiceFilter, PeriodFilters, TextFilter } from '../../parts/filters.tsx';
import { ListPage } from '../../parts/list-page.tsx';
import { usePagedList } from '../../parts/paged-list.ts';
import { AddButton } from './add.tsx';
import { useColumns } from './columns.tsx';
import { ListSelect, useListNaming } from './which-list.tsx';

/** A record, so that none of the API's can be forgotten. */
const SOURCES: Record<SuppressionView['source'], true> = {
  'stop-word': true,
  api: true,
  import: true,
  gateway: true,
  operator: true,
};
const sources = Object.keys(SOURCES) as SuppressionView['source'][];

export default function Suppressions() {
  const { t } = useTranslation();
  const { may } = useSignedIn();
  const columns = useColumns({ withList: false });
  const nameList = useListNaming();
  const list = usePagedList({
    key: ['suppressions'],
    filters: ['account', 'phone', 'source', 'from', 'to'],
    read: (query, signal) => get<SuppressionPage>('/v1/suppressions', { ...query, ...nameList(query.account) }, signal),
  });
  const { filter } = list;
  const { account } = list.filters;
  return (
    <ListPage
      title={t('suppressions.title')}
      actions={
        <>
          <Button variant="default" component={Link} href="/suppressions/lookup">
            {t('suppressions.lookup.open')}
          </Button>
          <Button variant="default" component={Link} href="/suppressions/imports">
            {t('suppressions.imports.open')}
          </Button>
          {may('phones:read') && (
            <Button
              variant="default"
              component="a"
              href={`/v1/suppressions/export${queryString(nameList(account))}`}
              download
            >
              {t('suppressions.export')}
            </Button>
          )}
          {may('suppressions:write') && <AddButton account={account} />}
        </>
      }
      list={list}
      filters={
        <>
          <ListSelect {...filter('account')} />
          <TextFilter label={t('suppressions.phone')} description={t('suppressions.phoneHelp')} {...filter('phone')} />
          <ChoiceFilter
            label={t('suppressions.source')}
            any={t('suppressions.anySource')}
            data={sources.map((value) => ({ value, label: t(`suppressions.sources.${value}`) }))}
            {...filter('source')}
          />
          <PeriodFilters of={filter} />
        </>
      }
      label={t('suppressions.table')}
      empty={t('suppressions.empty')}
      rowsOf={({ suppressions }) => suppressions}
      rowId={({ id }) => id}
      columns={columns}
      minWidth={760}
    />
  );
}

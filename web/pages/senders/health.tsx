/** How one sender does, in full. */
import { Alert, Stack, Title } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { SenderHealthView } from '../../../api/schemas/sender-health.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Time } from '../../parts/time.tsx';
import { RateBar } from './health-cells.tsx';
import { useSenderHealth } from './queries.ts';

export function Health({ id }: { id: string }) {
  const result = useSenderHealth(id);
  return (
    <Stack>
      <Loaded result={result}>
        {(health) => (
          <>
            <Stops health={health} />
            <Figures health={health} />
            <Errors errors={health.errors} />
          </>
        )}
      </Loaded>
    </Stack>
  );
}

/** What keeps it from sending. */
function Stops({ health: { paused, held } }: { health: SenderHealthView }) {
  const { t } = useTranslation();
  return (
    <>
      {paused && (
        <Alert color="gray" variant="outline" title={t('senders.states.paused')}>
          {paused.by} · <Time at={paused.since} />
        </Alert>
      )}
      {held && (
        <Alert color="red" variant="outline" title={t('senders.states.held')}>
          {t(`errorClasses.${held.why}`)} · <Time at={held.since} />
          <br />
          {t('senders.figures.nextProbe')} <Time at={held.nextProbeAt} />
        </Alert>
      )}
    </>
  );
}

function Figures({ health: { queue, inFlight, rate, texts } }: { health: SenderHealthView }) {
  const { t } = useTranslation();
  const time = (at: string | null) => (at === null ? t('parts.nothing') : <Time at={at} />);
  return (
    <Facts
      of={[
        { name: t('senders.figures.waiting'), value: queue.waiting },
        { name: t('senders.figures.due'), value: queue.due },
        { name: t('senders.figures.oldestDue'), value: time(queue.oldestDueAt) },
        { name: t('senders.figures.sending'), value: inFlight.sending },
        { name: t('senders.figures.sent'), value: inFlight.sent },
        { name: t('senders.figures.uncertain'), value: inFlight.uncertain },
        { name: t('senders.rateUse'), value: <RateBar rate={rate} /> },
        { name: t('senders.figures.textsFetched'), value: texts && time(texts.fetchedAt) },
        { name: t('senders.textsFail'), value: texts?.failure },
      ]}
    />
  );
}

type ErrorRow = SenderHealthView['errors'][number];

function Errors({ errors }: { errors: ErrorRow[] }) {
  const { t } = useTranslation();
  const columns = useMemo(
    (): ColumnDef<ErrorRow>[] => [
      { id: 'lastAt', header: t('senders.errors.lastAt'), cell: ({ row }) => <Time at={row.original.lastAt} /> },
      {
        id: 'class',
        header: t('senders.errors.class'),
        cell: ({ row }) => t(`errorClasses.${row.original.errorClass}`),
      },
      {
        id: 'outcome',
        header: t('senders.errors.outcome'),
        cell: ({ row }) => t(`senders.outcomes.${row.original.outcome}`),
      },
      {
        id: 'code',
        header: t('senders.errors.code'),
        cell: ({ row }) => row.original.errorCode ?? t('parts.nothing'),
      },
      { id: 'count', header: t('senders.errors.count'), cell: ({ row }) => row.original.count },
    ],
    [t],
  );
  return (
    <>
      <Title order={2} size="h4">
        {t('senders.errors.title')}
      </Title>
      {errors.length === 0 ? (
        <EmptyState text={t('senders.errors.none')} />
      ) : (
        <DataTable
          label={t('senders.errors.title')}
          columns={columns}
          rows={errors}
          rowId={({ errorClass, outcome }) => `${errorClass} ${outcome}`}
        />
      )}
    </>
  );
}

/** The metrics as Prometheus reads them. */
import { Counter, collectDefaultMetrics, Gauge, type Metric, Registry } from 'prom-client';
import type { Db } from '../db/connection.ts';
import { type Count, countUncertain, DELIVERY_BUCKETS, readCounts, rollUp, secondsBehind } from '../db/metrics.ts';

/** What counting may take of the time of a scrape; the rest is left to housekeeping. */
const COUNT_MS = 60;

export interface Metrics {
  contentType: string;
  text(): Promise<string>;
}

export function createMetrics(db: Db): Metrics {
  const own = new Registry();
  collectDefaultMetrics({ register: own });
  return {
    contentType: own.contentType,
    async text() {
      await rollUp(db, COUNT_MS);
      const [counts, uncertain, behind] = await Promise.all([readCounts(db), countUncertain(db), secondsBehind(db)]);
      const books = new Registry();
      addCounts(books, counts);
      addOpen(books, counts);
      addDeliveries(books, counts);
      const gauge = new Gauge({
        name: 'durable_sms_uncertain',
        help: 'Open messages of which it is not known whether the gateway has taken them',
        labelNames: LABELS,
        registers: [books],
      });
      for (const { sender, gateway, count } of uncertain) gauge.set({ sender, gateway }, count);
      new Gauge({
        name: 'durable_sms_behind_seconds',
        help: 'Age of the oldest event that these counts do not hold yet',
        registers: [books],
      }).set(behind);
      return `${await books.metrics()}\n${await own.metrics()}`;
    },
  };
}

const LABELS = ['sender', 'gateway'];

/** Each total: the measure in the books, and the labels that its two words become. */
const TOTALS: Record<string, { measure: Count['measure']; help: string; what?: string; more?: string }> = {
  durable_sms_accepted_total: { measure: 'accepted', help: 'Messages accepted' },
  durable_sms_submits_total: {
    measure: 'outcome',
    help: 'Submits to the gateway by what they came to, and the class of the trouble',
    what: 'outcome',
    more: 'class',
  },
  durable_sms_ended_total: { measure: 'final', help: 'Messages that have come to an end, by status', what: 'status' },
  durable_sms_corrections_total: {
    measure: 'correction',
    help: 'Ends that a later report has changed, by what they were and are',
    what: 'status',
    more: 'was',
  },
};

function addCounts(books: Registry, counts: readonly Count[]): void {
  for (const [name, { measure, help, what, more }] of Object.entries(TOTALS)) {
    const labelNames = [...LABELS, ...(what === undefined ? [] : [what]), ...(more === undefined ? [] : [more])];
    const counter = new Counter({ name, help, labelNames, registers: [books] });
    for (const row of counts) {
      if (row.measure !== measure) continue;
      const { sender, gateway } = row;
      const words = {
        ...(what === undefined ? {} : { [what]: row.what }),
        ...(more === undefined ? {} : { [more]: row.more }),
      };
      counter.inc({ sender, gateway, ...words }, row.count);
    }
  }
}

/** A message waits until it is sent or ended, and is in flight from sent to ended. */
function addOpen(books: Registry, counts: readonly Count[]): void {
  const make = (name: string, help: string) => new Gauge({ name, help, labelNames: LABELS, registers: [books] });
  const waiting = make('durable_sms_waiting', 'Messages that the gateway has not taken yet, due or not');
  const inFlight = make('durable_sms_in_flight', 'Messages that the gateway has taken and that have come to no end');
  for (const { sender, gateway, measure, more, count } of counts) {
    const labels = { sender, gateway };
    const wasSent = measure === 'final' && more === 'sent';
    if (measure === 'accepted') waiting.inc(labels, count);
    if (measure === 'sent' || (measure === 'final' && !wasSent)) waiting.dec(labels, count);
    if (measure === 'sent') inFlight.inc(labels, count);
    if (wasSent) inFlight.dec(labels, count);
  }
}

/** prom-client's own histogram can only be filled one observation at a time. */
function addDeliveries(books: Registry, counts: readonly Count[]): void {
  const name = 'durable_sms_delivery_seconds';
  const series = new Map<string, Count[]>();
  for (const row of counts) {
    if (row.measure !== 'delivered') continue;
    const key = JSON.stringify([row.sender, row.gateway]);
    series.set(key, [...(series.get(key) ?? []), row]);
  }
  const values = [...series.values()].flatMap((rows) => {
    const { sender, gateway } = rows[0] ?? { sender: '', gateway: '' };
    const labels = { sender, gateway };
    const upTo = (bucket: number) => sum(rows.filter(({ what }) => Number(what) <= bucket).map(({ count }) => count));
    return [
      ...[...DELIVERY_BUCKETS, '+Inf'].map((le, i) => ({
        metricName: `${name}_bucket`,
        labels: { ...labels, le },
        value: upTo(i),
      })),
      { metricName: `${name}_sum`, labels, value: sum(rows.map(({ seconds }) => seconds)) },
      { metricName: `${name}_count`, labels, value: sum(rows.map(({ count }) => count)) },
    ];
  });
  const help = 'Seconds from when a message was to be sent to the report that ended it as delivered';
  const metric = { name, help, type: 'histogram', aggregator: 'sum', values };
  books.registerMetric({ ...metric, get: async () => metric } as unknown as Metric);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((so, one) => so + one, 0);
}

/**
 * With all parts up a report takes effect within 2 s of the beginning of its call: where no fault was in force from 3 s
 * before the call until 2 s after it, and the gateway's answer to the submit was known by then. Not one by an id that we
 * were never told. The crowd of requests that stands at the API's door after it was away is of that fault, however long it stands.
 */
import { FINAL_STATUSES } from '../../../../sms/status.ts';
import type { JournalEntry } from '../../model.ts';
import { type Facts, isUntold, type Told } from '../facts.ts';
import type { Finding } from '../finding.ts';

const WITHIN_MS = 2_000;
const CALM_BEFORE_MS = 3_000;
const CALM_AFTER_MS = 2_000;
/** Requests of clients at once. The load itself has no more than a hundred and some. */
const CROWDED_FROM = 150;

export function prompt(facts: Facts): Finding {
  const isCalm = calmBy(facts);
  const breaches: Finding['breaches'] = [];
  let looked = 0;
  for (const message of facts.evidence.books.messages) {
    const events = facts.events.get(message.id) ?? [];
    const accepted = events.find(({ kind, detail }) => kind === 'outcome' && detail?.kind === 'accepted');
    const final = events.find(({ kind }) => kind === 'final');
    if (!accepted) continue;
    for (const report of facts.told.get(message.mark) ?? []) {
      if (!isPlainEnd(report) || !isCalm(report.call.mono) || isUntold(facts, message, report)) continue;
      looked++;
      const from = Math.max(report.call.at, accepted.at.getTime());
      if (final && final.at.getTime() <= from + WITHIN_MS) continue;
      const when = final ? `${final.at.getTime() - from} ms later` : 'never';
      breaches.push({
        what: `its report (${report.status}) was acknowledged, and took effect ${when}`,
        messageId: message.id,
      });
    }
  }
  return { looked, checked: `${looked} final reports in calm times`, breaches };
}

/** Of parts the last one counts, and which that is the calls do not say. */
function isPlainEnd({ sms, status, acknowledged }: Told): boolean {
  return acknowledged && (sms.partIds?.length ?? 1) === 1 && FINAL_STATUSES.some((it) => it === status);
}

/** Of the monotonic clock. */
interface Span {
  from: number;
  until: number;
}

/** Whether neither fault nor crowd was there around a moment. */
function calmBy({ faults, evidence }: Facts): (mono: number) => boolean {
  const troubles = [
    ...faults.map(({ begun, ended }): Span => ({ from: begun.mono, until: ended.mono })),
    ...crowdedTimes(evidence.journal),
  ];
  const spans: Span[] = [];
  for (const trouble of troubles.sort((one, other) => one.from - other.from)) {
    const span = { from: trouble.from - CALM_AFTER_MS, until: trouble.until + CALM_BEFORE_MS };
    const last = spans.at(-1);
    if (last && span.from <= last.until) last.until = Math.max(last.until, span.until);
    else spans.push(span);
  }
  return (mono) => {
    let [low, high] = [0, spans.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((spans[middle]?.until ?? 0) < mono) low = middle + 1;
      else high = middle;
    }
    return mono < (spans[low]?.from ?? Number.POSITIVE_INFINITY);
  };
}

/** When many requests for new messages were waiting for their answers at once. */
function crowdedTimes(journal: readonly JournalEntry[]): Span[] {
  const posts = journal.filter((entry) => entry.kind === 'posted');
  const requests = new Map(posts.map((post, i) => [post.batch ? `${post.begun.mono} ${post.account}` : i, post]));
  const steps = [...requests.values()]
    .flatMap(({ begun, mono }) => [
      { at: begun.mono, by: 1 },
      { at: mono, by: -1 },
    ])
    .sort((one, other) => one.at - other.at);
  const spans: Span[] = [];
  let [open, since] = [0, 0];
  for (const { at, by } of steps) {
    open += by;
    if (by === 1 && open === CROWDED_FROM) since = at;
    if (by === -1 && open === CROWDED_FROM - 1) spans.push({ from: since, until: at });
  }
  return spans;
}

/**
 * A message has one end. It changes only by corrections that `reportReplaces` allows, each of them recorded, the row says
 * the last of them, each names its source and its cause, and nothing is claimed after the end.
 */
import {
  isFinal,
  REPORTED_STATUSES,
  type ReportedStatus,
  reportReplaces,
  SOURCES,
  STATUSES,
} from '../../../../sms/status.ts';
import type { BookEvent, BookMessage } from '../../model.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';

export function finals(facts: Facts): Finding {
  const breaches: Finding['breaches'] = [];
  let ended = 0;
  let corrections = 0;
  for (const message of facts.evidence.books.messages) {
    const events = facts.events.get(message.id) ?? [];
    const ends = events.filter(({ kind }) => kind === 'final' || kind === 'correction');
    if (isFinal(message.status)) ended++;
    corrections += ends.filter(({ kind }) => kind === 'correction').length;
    const wrong = [...wrongEnds(ends, isFinal(message.status)), ...wrongRow(message, ends.at(-1))];
    const first = events.findIndex(({ kind }) => kind === 'final');
    if (first >= 0 && events.slice(first).some(({ kind }) => kind === 'attempt'))
      wrong.push('it was claimed after its end');
    breaches.push(...wrong.map((what) => ({ what, messageId: message.id })));
  }
  return { looked: ended, checked: `${ended} ends, ${corrections} corrections`, breaches };
}

function wrongEnds(ends: readonly BookEvent[], isEnded: boolean): string[] {
  const wrong: string[] = [];
  const count = ends.filter(({ kind }) => kind === 'final').length;
  if (count !== (isEnded ? 1 : 0) || (count === 1 && ends[0]?.kind !== 'final')) {
    wrong.push(`its timeline has ${count} ends (${ends.map(wordOf).join(', ')})`);
  }
  for (const [i, end] of ends.entries()) {
    if (!SOURCES.some((source) => source === end.source)) wrong.push(`${wordOf(end)} has no source`);
    if (typeof end.detail?.cause !== 'string' || end.detail.cause === '') wrong.push(`${wordOf(end)} has no cause`);
    const before = ends[i - 1];
    if (end.kind !== 'correction' || !before) continue;
    if (!mayFollow(before, end)) wrong.push(`${wordOf(before)} was changed to ${wordOf(end)}`);
    if (end.detail?.was !== before.detail?.status)
      wrong.push(`${wordOf(before)} was followed by a change of ${end.detail?.was}`);
  }
  return wrong;
}

function mayFollow(before: BookEvent, after: BookEvent): boolean {
  const held = STATUSES.find((status) => status === before.detail?.status);
  const source = SOURCES.find((it) => it === before.source) ?? null;
  const isReport = after.source === 'report' || after.source === 'poll';
  return (
    held !== undefined &&
    isReport &&
    isReported(after.detail?.status) &&
    reportReplaces(held, source, after.detail.status)
  );
}

function isReported(status: unknown): status is ReportedStatus {
  return REPORTED_STATUSES.some((it) => it === status);
}

function wrongRow(message: BookMessage, last: BookEvent | undefined): string[] {
  if (!isFinal(message.status) || !last) return [];
  const wrong: string[] = [];
  if (message.status !== last.detail?.status || message.source !== last.source) {
    wrong.push(`the row says ${message.status} by ${message.source}, its timeline ${wordOf(last)}`);
  }
  if (message.source === null || !message.cause) wrong.push('the row has no source or no cause');
  if (message.finalAt === null) wrong.push('the row does not say when it ended');
  return wrong;
}

const wordOf = ({ kind, source, detail }: BookEvent) => `${kind} '${detail?.status}' by ${source}`;

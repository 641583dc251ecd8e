/** What the made-up run of evidence.ts is forged with. */
import type { Sms } from '../../../local/simulator/model.ts';
import { after, idOf, STORIES, type Story } from '../evidence.ts';
import type { BookMessage, Evidence, JournalEntry } from '../model.ts';

export function one<T>(found: readonly T[]): T {
  const [first] = found;
  if (first === undefined) throw new Error('there is none');
  return first;
}

export const of = (e: Evidence, story: Story): BookMessage => {
  const row = e.books.messages.find(({ id }) => id === idOf(STORIES.indexOf(story)));
  if (!row) throw new Error(`there is no message that was ${story}`);
  return row;
};

export const smsOf = (e: Evidence, story: Story, which = 0): Sms =>
  one(e.simulator.taken.filter(({ text }) => text.includes(of(e, story).mark)).slice(which));

export const eventsOf = (e: Evidence, { id }: BookMessage) =>
  e.books.events.filter(({ messageId }) => messageId === id);

type Posted = Extract<JournalEntry, { kind: 'posted' }>;

export const postedOf = (e: Evidence, story: Story): Posted =>
  one(e.journal.filter((entry) => entry.kind === 'posted').filter(({ mark }) => mark === of(e, story).mark));

export function replacePosted(e: Evidence, story: Story, entries: Posted[]): void {
  const { mark } = of(e, story);
  e.journal = [...e.journal.filter((entry) => entry.kind !== 'posted' || entry.mark !== mark), ...entries];
}

export function arriveAt(e: Evidence, story: Story, ms: number): void {
  e.arrivals.push({ ...after(ms), marks: [of(e, story).mark], passedOn: true, lateMs: 0 });
}

/** @param lateMs how late its time stamp may be */
export function arrive(e: Evidence, story: Story, mono: number, lateMs = 0): void {
  e.arrivals.push({ at: after(0).at, mono, marks: [of(e, story).mark], passedOn: true, lateMs });
}

export function stoppedAt(e: Evidence): number {
  const call = one(e.simulator.calls.filter(({ inbound }) => inbound.length > 0));
  return call.mono + call.ms;
}

export const cancelledAt = (e: Evidence) => one(e.journal.filter(({ kind }) => kind === 'cancelled')).mono;

/** No webhook was called with a text: all waited at the gateway, and were last fetched so long after the last was sent. */
export function leaveToFetch(e: Evidence, fetchedAfterMs = 20_000): void {
  const withTexts = new Set(e.simulator.calls.filter(({ inbound }) => inbound.length > 0).map(({ body }) => body));
  e.simulator.calls = e.simulator.calls.filter(({ body }) => !withTexts.has(body));
  e.books.hooks = e.books.hooks.filter(({ body }) => !withTexts.has(body));
  const last = Math.max(...e.simulator.texts.map(({ at }) => at));
  for (const sender of e.books.senders) sender.fetchedAt = new Date(last + fetchedAfterMs);
}

export function start(e: Evidence, ms: number): void {
  const text = one(e.simulator.texts);
  const call = one(e.simulator.calls.filter(({ inbound }) => inbound.includes(text.id)));
  e.simulator.texts.push({ ...text, id: 'start', text: 'start' });
  e.simulator.calls.push({
    ...call,
    mono: call.mono + call.ms + ms,
    at: call.at + ms,
    inbound: ['start'],
    body: 'start',
  });
  e.books.hooks.push({ ...one(e.books.hooks), path: '/hooks/TOKEN/inbound', body: 'start' });
  e.books.inbound.push({ ...one(e.books.inbound), text: 'start', effect: 'start' });
  e.books.suppressions.shift();
}

export function submitAgain(e: Evidence, story: Story, ms: number): void {
  arriveAt(e, story, ms);
  e.simulator.taken.push({ ...smsOf(e, story), id: `again-${ms}` });
}

/** The gateway took one SMS of it, before anything forbade that. */
export function takeBefore(e: Evidence, story: Story): void {
  const row = of(e, story);
  arrive(e, story, after(0).mono);
  e.simulator.taken.push({ ...smsOf(e, 'delivered'), id: 'before', phone: row.phone.slice(1), text: row.mark });
}

export function correct(e: Evidence, story: Story, status: string, source: string): void {
  const row = of(e, story);
  const detail = { status, was: row.status, cause: status };
  const at = new Date(after(69_000).at);
  e.books.events.push({ messageId: row.id, n: 9_999n, at, kind: 'correction', source, detail });
  Object.assign(row, { status, source, cause: status });
}

/** It was taken, and its reports are in the books, and have no effect. */
export function neverHear(e: Evidence, story: Story): void {
  const row = of(e, story);
  const at = new Date(after(65_000).at);
  const [status, source, cause] = ['unknown', 'clock', 'the gateway took it and never said what became of it'];
  const others = e.books.events.filter(({ messageId, kind }) => messageId !== row.id || !OF_REPORTS.has(kind));
  const detail = { status, cause, was: 'sent' };
  e.books.events = [...others, { messageId: row.id, n: 9_998n, at, kind: 'final', source, detail }];
  Object.assign(row, { status, source, cause, finalAt: at });
}

const OF_REPORTS = new Set(['report', 'final', 'correction']);

/** No id of it is in the books: what was told by its own is kept without a message. */
export function forgetIds(e: Evidence, story: Story): void {
  const { id } = of(e, story);
  for (const row of e.books.gatewayMessages) if (row.messageId === id) row.messageId = null;
}

/** The fault `no-id` of the simulator. */
export function answerWithoutId(e: Evidence, story: Story): void {
  forgetIds(e, story);
  for (const { kind, detail } of eventsOf(e, of(e, story))) if (kind === 'outcome' && detail) detail.ids = [];
  const { id, wire, login, phone, text } = smsOf(e, story);
  const what = { n: 1, wire, login, call: 'send' as const, method: 'POST', path: '/', sms: [{ id, phone, text }] };
  e.simulator.requests.push({ ...what, ...after(22), outcome: 'accepted', fault: 'no-id', status: 200 });
}

/** After the submit without an answer the gateway tells, by an id of its own, that it was delivered. */
export function tellOfUncertain(e: Evidence, id: string): void {
  const row = of(e, 'unknown');
  const sms: Sms = { ...smsOf(e, 'delivered'), id, phone: row.phone.slice(1), text: row.mark };
  e.simulator.taken.push(sms);
  const call = one(e.simulator.calls.filter(({ reports }) => reports.length > 0));
  e.simulator.calls.push({ ...call, body: id, reports: [{ id, phone: sms.phone, status: 'delivered' }] });
  e.books.hooks.push({ ...one(e.books.hooks), path: '/hooks/TOKEN/reports', body: id });
}

/** The books have this id, or reference, of the message. */
export function know(e: Evidence, story: Story, gatewayId: string): void {
  const { id: messageId } = of(e, story);
  e.books.gatewayMessages.push({ ...one(e.books.gatewayMessages), gatewayId, messageId });
}

export function shiftEnd(e: Evidence, story: Story, ms: number): void {
  for (const event of eventsOf(e, of(e, story))) {
    if (event.kind === 'final') event.at = new Date(event.at.getTime() + ms);
  }
}

export function fault(e: Evidence, from: number, until: number): void {
  const [begun, ended] = [after(from), after(until)];
  e.journal.push({ kind: 'fault', name: 'a-fault', what: 'somewhere', begun, ended, explains: [], ...begun });
}

/** Equal requests, all of them waiting for their answers from the beginning of the run until its second second. */
export function postAtOnce(e: Evidence, requests: number): void {
  const equal = { ...postedOf(e, 'delivered'), begun: after(0), ...after(2_000) };
  replacePosted(e, 'delivered', Array<Posted>(requests).fill(equal));
}

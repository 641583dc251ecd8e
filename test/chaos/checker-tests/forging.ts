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

export function shiftEnd(e: Evidence, story: Story, ms: number): void {
  for (const event of eventsOf(e, of(e, story))) {
    if (event.kind === 'final') event.at = new Date(event.at.getTime() + ms);
  }
}

export function fault(e: Evidence, from: number, until: number): void {
  const [begun, ended] = [after(from), after(until)];
  e.journal.push({ kind: 'fault', name: 'a-fault', what: 'somewhere', begun, ended, explains: [], ...begun });
}

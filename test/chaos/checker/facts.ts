/** The evidence, so ordered that every invariant finds what belongs together without searching. */
import type { CallEntry } from '../../../local/simulator/book.ts';
import type { Inbound, Sms } from '../../../local/simulator/model.ts';
import type { Arrival, BookEvent, BookMessage, Evidence, JournalEntry } from '../model.ts';
import { MARK } from '../model.ts';

export type Posted = Extract<JournalEntry, { kind: 'posted' }>;
export type Fault = Extract<JournalEntry, { kind: 'fault' }>;
type GatewayId = Evidence['books']['gatewayMessages'][number];

/** What a webhook call said of one SMS. */
export interface Told {
  sms: Sms;
  status: string;
  call: CallEntry;
  acknowledged: boolean;
}

export interface Facts {
  evidence: Evidence;
  messages: ReadonlyMap<string, BookMessage>;
  /** By the mark in the text; usually one each. */
  rows: ReadonlyMap<string, BookMessage[]>;
  posted: ReadonlyMap<string, Posted[]>;
  /** Submits as they came to the proxy, in order. */
  arrivals: ReadonlyMap<string, Arrival[]>;
  /** What the gateways took. */
  taken: ReadonlyMap<string, Sms[]>;
  /** By mark, in the order of the calls. */
  told: ReadonlyMap<string, Told[]>;
  /** By message id, in order. */
  events: ReadonlyMap<string, BookEvent[]>;
  /** By message id: what it may be told of by, our reference too where the gateway has one. */
  gatewayIds: ReadonlyMap<string, GatewayId[]>;
  /** Keys of the SMS that a gateway took and, by its fault `no-id`, gave no id of. */
  nameless: ReadonlySet<string>;
  /** Texts from phones with which a webhook was called, in the order of the first calls. */
  texts: readonly CalledText[];
  /** Those that no webhook was called with, and that were there to be fetched when the product last did so. */
  fetched: readonly Inbound[];
  faults: readonly Fault[];
}

/** Times of the monotonic clock. */
export interface CalledText {
  text: Inbound;
  /** When the first call with it began. */
  begun: number;
  /** When the gateway had the first 2xx answer; undefined: never. */
  acknowledged?: number;
}

export function factsOf(evidence: Evidence): Facts {
  const { books, journal, simulator } = evidence;
  const posted = journal.filter((entry) => entry.kind === 'posted');
  const arrivals = [...evidence.arrivals].sort((a, b) => a.mono - b.mono);
  const texts = calledTexts(evidence);
  const events = groups(books.events, ({ messageId }) => [messageId]);
  for (const list of events.values()) list.sort((a, b) => (a.n < b.n ? -1 : 1));
  return {
    evidence,
    messages: new Map(books.messages.map((message) => [message.id, message])),
    rows: groups(books.messages, ({ mark }) => [mark]),
    posted: groups(posted, ({ mark }) => [mark]),
    arrivals: groups(arrivals, ({ marks }) => marks),
    taken: groups(simulator.taken, ({ text }) => marksIn(text)),
    told: toldOf(evidence),
    events,
    gatewayIds: groups(books.gatewayMessages, ({ messageId }) => (messageId === null ? [] : [messageId])),
    nameless: namelessOf(evidence),
    texts,
    fetched: fetchedTexts(evidence, new Set(texts.map(({ text }) => text))),
    faults: journal.filter((entry) => entry.kind === 'fault'),
  };
}

/** Every mark once. */
export function marksIn(text: string): string[] {
  return [...new Set(text.match(MARK) ?? [])];
}

export const isTaken = ({ answer = 0 }: CallEntry): boolean => answer >= 200 && answer < 300;

export const digitsOf = (phone: string): string => phone.replace(/\D/g, '');

/**
 * Whether the gateway told of this message by an id that we could not know it by: one that it never told us, since a submit
 * was left without an answer or was answered without an id. Where the books or an answer have any id or reference of the
 * message that the call names, it is known.
 */
export function isUntold({ events, gatewayIds, nameless }: Facts, { id }: BookMessage, { sms, call }: Told): boolean {
  const its = events.get(id) ?? [];
  if (!wasUncertain(its) && !nameless.has(keyOf(sms))) return false;
  const known = [...(gatewayIds.get(id) ?? []).map(({ gatewayId }) => gatewayId), ...its.flatMap(answeredIds)];
  return !known.some((it) => call.body.includes(it) || call.url.includes(it));
}

/** As sms/outcome.ts has them. */
const answeredIds = ({ kind, detail }: BookEvent) =>
  kind === 'outcome' ? ((detail?.ids ?? []) as { id: string }[]).map(({ id }) => id) : [];

/** An attempt of which nobody knows whether the gateway took it. */
export function wasUncertain(events: readonly BookEvent[]): boolean {
  return events.some(
    ({ kind, detail }) => kind === 'uncertain' || (kind === 'outcome' && detail?.kind === 'uncertain'),
  );
}

/** For each key those that have it, in their order. */
export function groups<T>(all: readonly T[], keysOf: (one: T) => readonly string[]): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const one of all) {
    for (const key of keysOf(one)) {
      const group = found.get(key);
      if (group) group.push(one);
      else found.set(key, [one]);
    }
  }
  return found;
}

/** Of an SMS: where the client gives the id, several phones may have the same. */
const keyOf = ({ wire, login, id, phone }: Pick<Sms, 'wire' | 'login' | 'id' | 'phone'>) =>
  `${wire}\n${login}\n${id}\n${phone}`;

function namelessOf({ simulator }: Evidence): Set<string> {
  const answers = simulator.requests.filter(({ fault }) => fault === 'no-id');
  return new Set(answers.flatMap(({ wire, login = '', sms }) => sms.map((it) => keyOf({ wire, login, ...it }))));
}

function toldOf({ simulator }: Evidence): Map<string, Told[]> {
  const byId = groups(simulator.taken, (sms) => [keyOf(sms)]);
  const calls = [...simulator.calls].sort((a, b) => a.mono - b.mono);
  const told = calls.flatMap((call) =>
    call.reports.flatMap(({ id, phone, status }) =>
      (byId.get(keyOf({ wire: call.wire, login: call.login, id, phone })) ?? []).map(
        (sms): Told => ({ sms, status, call, acknowledged: isTaken(call) }),
      ),
    ),
  );
  return groups(told, ({ sms }) => marksIn(sms.text));
}

function calledTexts({ simulator }: Evidence): CalledText[] {
  const textKey = ({ wire, login }: { wire: string; login: string }, id: string) => [wire, login, id].join('\n');
  const texts = new Map(simulator.texts.map((text) => [textKey(text, text.id), text]));
  const called = new Map<string, CalledText>();
  for (const call of [...simulator.calls].sort((a, b) => a.mono - b.mono)) {
    for (const id of call.inbound) {
      const key = textKey(call, id);
      const text = texts.get(key);
      if (!text) continue;
      const known = called.get(key) ?? { text, begun: call.mono };
      called.set(key, known);
      if (!isTaken(call)) continue;
      known.acknowledged = Math.min(call.mono + call.ms, known.acknowledged ?? Number.POSITIVE_INFINITY);
    }
  }
  return [...called.values()];
}

/** More than a gateway may take to answer: what came later may have missed the last answer. */
const FETCH_MS = 15_000;

function fetchedTexts({ senders, books, simulator }: Evidence, called: ReadonlySet<Inbound>): Inbound[] {
  const fetchedAt = new Map(books.senders.map((sender) => [sender.name, sender.fetchedAt?.getTime() ?? 0]));
  const lastOf = ({ wire, login }: Inbound) =>
    Math.max(
      0,
      ...senders.filter((it) => it.wire === wire && it.login === login).map(({ name }) => fetchedAt.get(name) ?? 0),
    );
  return simulator.texts.filter((text) => !called.has(text) && text.at < lastOf(text) - FETCH_MS);
}

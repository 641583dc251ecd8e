/**
 * A made-up run in which every promise was kept: each kind of story that a message can have, told by everybody alike. Tests
 * forge it.
 */
import type { CallEntry } from '../../local/simulator/book.ts';
import type { Sms, Status } from '../../local/simulator/model.ts';
import { type Arrival, type BookEvent, type BookMessage, type Evidence, type Moment, markOf } from './model.ts';

export const STORIES = [
  'delivered',
  'undelivered',
  'refused',
  'stopped',
  'cancelled',
  'expired',
  'unknown',
  'resent',
  'corrected',
  'delivered slowly',
] as const;
export type Story = (typeof STORIES)[number];

/** When it began: wall clock in milliseconds, and how far the monotonic clock is behind it. */
export const BEGIN = Date.parse('2026-05-04T08:00:00Z');
const BEHIND = 1_700_000_000_000;
/** From one message to the next; every tenth goes through the sender with a limit. */
const GAP_MS = 20;
const VALIDITY_MS = 60_000;
/** From accept to the end of a story, at most. */
const LONGEST_MS = 70_000;
/** Of the proxy's time stamps. */
const LATE_MS = 4;
const ACCOUNT = 'brand';
const TOKEN = 'abcdefghijklmnopqrstuvwxyz012345';
const HOOK = `http://127.0.0.1:4000/hooks/${TOKEN}`;

export const after = (ms: number): Moment => ({ at: BEGIN + ms, mono: BEGIN + ms - BEHIND });
const date = (ms: number) => new Date(BEGIN + ms);

/** `STORIES[n % STORIES.length]` is the story of the nth message, from 0. */
export function madeUp(count: number = STORIES.length): Evidence {
  const evidence = empty();
  for (let n = 0; n < count; n++) tell(evidence, n, STORIES[n % STORIES.length] ?? 'delivered');
  // Long before the first message: all that follows is calm.
  const [begun, ended] = [after(-30_000), after(-20_000)];
  const explains = ['started', 'webhookCalls'];
  const fault = { kind: 'fault' as const, name: 'kill-worker', what: 'worker-1', begun, ended, explains };
  evidence.journal.unshift({ ...fault, ...begun });
  evidence.journal.push({ kind: 'note', what: 'the end', ...after(count * GAP_MS + LONGEST_MS) });
  evidence.temporal.seen = count + 1;
  return evidence;
}

function empty(): Evidence {
  return {
    senders: [
      { name: 'fast', gateway: 'infobip', wire: 'infobip', login: 'fast' },
      { name: 'slow', gateway: 'infobip', wire: 'infobip', login: 'slow', rateLimit: 10 },
    ],
    accounts: [ACCOUNT],
    journal: [],
    arrivals: [],
    simulator: { requests: [], calls: [], taken: [], texts: [] },
    books: {
      senders: ['fast', 'slow'].map((name) => {
        return { name, accounts: [ACCOUNT], callerIds: ['ACME'], stopWords: [], fetchedAt: null };
      }),
      messages: [],
      events: [],
      hooks: [],
      inbound: [],
      suppressions: [],
      gatewayMessages: [],
      idempotencyKeys: [],
    },
    temporal: {
      seen: 0,
      open: [],
      odd: [],
      repairs: [{ at: BEGIN + 1_000, kind: 'started', count: 3 }],
      rounds: 30,
      replayed: 10,
      sample: 'made up',
      replayFailures: [],
    },
    logs: [],
  };
}

export const idOf = (n: number): string => `01970000-0000-7000-8000-${String(n).padStart(12, '0')}`;
export const phoneOf = (n: number): string => `+7999555${String(n).padStart(6, '0')}`;

/** Of one message: what everybody writes down of it. */
class Teller {
  readonly id: string;
  readonly mark: string;
  readonly row: BookMessage;
  readonly #evidence: Evidence;
  readonly #t0: number;
  #attempt = 0;

  constructor(evidence: Evidence, n: number, sender: string) {
    this.#evidence = evidence;
    this.#t0 = n * GAP_MS;
    this.id = idOf(n);
    this.mark = markOf(n);
    this.row = {
      id: this.id,
      account: ACCOUNT,
      sender,
      phone: phoneOf(n),
      mark: this.mark,
      status: 'accepted',
      source: null,
      cause: null,
      errorClass: null,
      acceptedAt: date(this.#t0 + 1),
      sendAt: date(this.#t0 + 1),
      expiresAt: date(this.#t0 + VALIDITY_MS),
      reportBy: date(this.#t0 + VALIDITY_MS + 5_000),
      finalAt: null,
      attempt: 0,
      attemptState: null,
      resends: 0,
    };
    const { books, journal } = evidence;
    const { account, phone, mark, id } = this.row;
    const [begun, ended] = [after(this.#t0), after(this.#t0 + 5)];
    const request = { key: `key-${n}`, mark, account, sender, phone, batch: false };
    journal.push({ kind: 'posted', begun, ...request, status: 202, messageId: id, ...ended });
    books.messages.push(this.row);
    books.idempotencyKeys.push({ accountId: 'account', key: request.key, messageId: id });
    this.event(1, 'accepted', 'api', null);
  }

  event(ms: number, kind: string, source: string, detail: BookEvent['detail']): void {
    const { events } = this.#evidence.books;
    events.push({ messageId: this.id, n: BigInt(events.length), at: date(this.#t0 + ms), kind, source, detail });
  }

  /** A submit, which the gateway takes unless told otherwise. */
  submit(ms: number, outcome: 'accepted' | 'uncertain' | 'refused', status: Status | 'not taken'): Sms | undefined {
    this.#attempt++;
    this.row.attempt = this.#attempt;
    this.row.attemptState = outcome;
    this.event(ms, 'attempt', 'worker', { attempt: this.#attempt });
    const arrival: Arrival = { ...after(this.#t0 + ms + 1), marks: [this.mark], passedOn: true, lateMs: LATE_MS };
    this.#evidence.arrivals.push(arrival);
    this.event(ms + 10, 'outcome', 'worker', { kind: outcome, attempt: this.#attempt });
    return status === 'not taken' ? undefined : this.#take(ms + 2, outcome, status);
  }

  #take(ms: number, outcome: string, status: Status): Sms {
    const { simulator, books } = this.#evidence;
    const id = `sms-${simulator.taken.length}`;
    const { mark, phone, sender } = this.row;
    const at = BEGIN + this.#t0 + ms;
    const made = { id, phone: phone.slice(1), text: `Hello ${mark}`, parts: 1, echo: {} };
    const place = { n: simulator.taken.length, wire: 'infobip', login: sender };
    const sms: Sms = { ...made, ...place, acceptedAt: at, status, statusAt: at };
    simulator.taken.push(sms);
    const { id: gatewayId, login: gatewayAccountId } = sms;
    if (outcome === 'accepted') {
      books.gatewayMessages.push({
        gatewayAccountId,
        gatewayId,
        phone: '',
        messageId: this.id,
        status,
        reportedAt: null,
      });
    }
    return sms;
  }

  /** A report's webhook call: answered with 200, kept, worked through, on the message. */
  report(ms: number, sms: Sms, status: Status): void {
    const { id, phone } = sms;
    const body = JSON.stringify({ id, status, ms });
    this.#call(ms, `${HOOK}/reports`, '/hooks/TOKEN/reports', body, { reports: [{ id, phone, status }] });
    this.event(ms + 2, 'report', 'report', { status, gatewayId: id });
    sms.reported = status;
    this.end(ms + 3, status, 'report', status);
  }

  /** STOP from the phone, and its effect. */
  stop(ms: number): void {
    const { simulator, books } = this.#evidence;
    const { phone, sender } = this.row;
    const from = phone.slice(1);
    const id = `text-${simulator.texts.length}`;
    const text = { n: 1, wire: 'infobip', login: sender, id, from, to: '79990000001', text: 'STOP' };
    simulator.texts.push({ ...text, at: BEGIN + this.#t0 + ms, pushed: true, pulled: false });
    this.#evidence.journal.push({ kind: 'stop', phone, sender, ...after(this.#t0 + ms) });
    this.#call(ms, `${HOOK}/inbound`, '/hooks/TOKEN/inbound', JSON.stringify({ id, from }), { inbound: [id] });
    const receivedAt = date(this.#t0 + ms + 1);
    books.inbound.push({ phone, text: 'STOP', receivedAt, effect: 'stop', hookId: null });
    books.suppressions.push({ account: ACCOUNT, phone, source: 'stop-word', createdAt: receivedAt });
  }

  end(ms: number, status: string, source: string, cause: string): void {
    const { row } = this;
    const isFirst = row.finalAt === null;
    const before = { was: row.status, ...(row.source === null ? {} : { wasSource: row.source }) };
    this.event(ms, isFirst ? 'final' : 'correction', source, { status, cause, ...before });
    Object.assign(row, { status, source, cause, finalAt: date(this.#t0 + ms) });
  }

  cancelled(ms: number): void {
    const [begun, ended] = [after(this.#t0 + ms), after(this.#t0 + ms + 5)];
    this.#evidence.journal.push({ kind: 'cancelled', begun, messageId: this.id, status: 200, ...ended });
  }

  #call(ms: number, url: string, path: string, body: string, what: Partial<CallEntry>): void {
    const { simulator, books } = this.#evidence;
    const n = simulator.calls.length;
    const call = { n, wire: 'infobip', login: this.row.sender, url, attempt: 1, method: 'POST' as const, body };
    simulator.calls.push({ ...call, reports: [], inbound: [], answer: 200, ms: 4, ...after(this.#t0 + ms), ...what });
    books.hooks.push({ id: `hook-${n}`, receivedAt: date(this.#t0 + ms), state: 'done', detail: null, body, path });
  }
}

function tell(evidence: Evidence, n: number, story: Story): void {
  const it = new Teller(evidence, n, story === 'delivered slowly' ? 'slow' : 'fast');
  switch (story) {
    case 'delivered':
    case 'delivered slowly': {
      const sms = it.submit(20, 'accepted', 'delivered');
      if (sms) it.report(500, sms, 'delivered');
      return;
    }
    case 'undelivered': {
      const sms = it.submit(20, 'accepted', 'undelivered');
      if (sms) it.report(500, sms, 'undelivered');
      return;
    }
    case 'refused':
      it.submit(20, 'refused', 'not taken');
      it.end(31, 'rejected', 'answer', 'no such number');
      return;
    case 'stopped':
      it.stop(20);
      it.end(22, 'suppressed', 'stop-word', 'answered with a stop word');
      return;
    case 'cancelled':
      it.end(12, 'cancelled', 'api', 'cancelled before it was submitted');
      it.cancelled(10);
      return;
    case 'expired':
      it.end(VALIDITY_MS, 'expired', 'clock', 'its validity ended before it could be submitted');
      return;
    case 'unknown':
      it.submit(20, 'uncertain', 'not taken');
      it.end(VALIDITY_MS + 5_000, 'unknown', 'clock', 'the gateway may have taken it, and nothing more was heard');
      return;
    case 'resent': {
      it.submit(20, 'uncertain', 'delivered');
      it.row.resends = 1;
      it.event(5_000, 'resend', 'operator', null);
      const sms = it.submit(5_010, 'accepted', 'delivered');
      if (sms) it.report(5_500, sms, 'delivered');
      return;
    }
    case 'corrected': {
      const sms = it.submit(20, 'accepted', 'delivered');
      it.end(VALIDITY_MS + 5_000, 'unknown', 'clock', 'the gateway took it and never said what became of it');
      if (sms) it.report(VALIDITY_MS + 6_000, sms, 'delivered');
      return;
    }
  }
}

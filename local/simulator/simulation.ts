/** The core behind all wires: takes SMS, runs faults, starts reports and inbound SMS, and writes everything down. */
import { Accounts } from './accounts.ts';
import { Book, type Moment, type RequestEntry } from './book.ts';
import { Courier } from './courier.ts';
import { type Fault, Faults, kindOf } from './faults.ts';
import { Lifecycle } from './lifecycle.ts';
import type { Answer, Call, Inbound, Refusal, Sms, Status, Trouble } from './model.ts';
import { WIRES } from './wires/index.ts';
import type { House, Reply, Result, Submit, Wire } from './wires/wire.ts';

export interface SimulationOptions {
  /** From acceptance to the final report, in milliseconds. */
  reportDelayMs: number;
  /** A minute of the gateways' retry pauses, in milliseconds. */
  minuteMs: number;
  hookTimeoutMs: number;
  /** Entries that the book keeps of each kind. */
  keep: number;
}

/** What to send back, and how it goes wrong. */
export interface Outcome {
  answer: Answer;
  fault?: Fault;
  /** Latency of the account. */
  delayMs: number;
  /** To be called when the answer is out or the connection gone. */
  done(): void;
}

export class Simulation {
  readonly accounts = new Accounts();
  readonly faults = new Faults();
  readonly book: Book;
  readonly #courier: Courier;
  readonly #lifecycle: Lifecycle;
  /** Requests that are being answered, by wire, login and kind. */
  #open = new Map<string, number>();
  /** Kept beyond a reset, and begun with the time: receivers drop an id that they have seen. */
  #lastInbound = 0;

  constructor(options: SimulationOptions) {
    this.book = new Book(options.keep);
    this.#courier = new Courier(this.book, { minuteMs: options.minuteMs, timeoutMs: options.hookTimeoutMs });
    this.#lifecycle = new Lifecycle(this.#courier, this.accounts, options.reportDelayMs);
  }

  async handle(wire: Wire, call: Call, begun: Moment): Promise<Outcome> {
    const handling = wire.handle(call, this.#houseOf(wire));
    const entry = { ...begun, wire: wire.name, method: call.method, path: call.path };
    return handling.kind === 'reply'
      ? this.#reply(wire, call, handling, entry)
      : await this.#submit(wire, call, handling, entry);
  }

  /** True = the connection is to be reset before anything of the body is read. */
  resetsEarly(wire: Wire, call: Pick<Call, 'method' | 'path' | 'query' | 'headers'>, begun: Moment): boolean {
    if (!wire.sendPaths.includes(call.path)) return false;
    const login = wire.loginOf(call.headers, call.query);
    if (!this.faults.takeEarlyReset(wire.name, login)) return false;
    const { method, path } = call;
    const request = { ...begun, wire: wire.name, call: 'send' as const, method, path, login, sms: [] };
    this.book.request({ ...request, outcome: 'faulty', fault: 'reset-before-body' });
    return true;
  }

  /** An SMS from a handset: into the account's inbox, and to its webhook. */
  receive(wire: Wire, login: string, sms: { from: string; to?: string; text: string }): Inbound {
    const account = this.accounts.get(wire.name, login);
    this.#lastInbound = Math.max(this.#lastInbound + 1, Date.now());
    const id = wire.inboundId(this.#lastInbound);
    const inbound = this.book.inbound({
      ...sms,
      to: sms.to ?? DEFAULT_NUMBER,
      wire: wire.name,
      login,
      id,
      at: Date.now(),
      pushed: false,
      pulled: false,
    });
    for (const call of wire.inboundCalls([inbound], account)) void this.#courier.carry(call, wire, login);
    return inbound;
  }

  /** Tells a status of a known or made-up SMS now; by the id of a part, of that part alone. */
  report(wire: Wire, sms: { login: string; id: string; phone?: string }, status: Status, times: number) {
    const known = this.book.find(wire.name, sms.login, sms.id, sms.phone);
    const partId = known?.partIds?.includes(sms.id) ? sms.id : undefined;
    const calls = this.#lifecycle.force(known ?? madeUp(wire, sms), wire, status, times, partId);
    return { known: known !== undefined, calls };
  }

  holdReports(held: boolean): void {
    this.#lifecycle.hold(held);
  }

  /** Things that are still to happen: statuses, webhook calls and their repeats. */
  get waiting(): number {
    return this.#lifecycle.waiting + this.#courier.waiting;
  }

  reset(keepAccounts: boolean): void {
    this.stop();
    this.book.clear();
    this.faults.clear();
    if (keepAccounts) this.accounts.renew();
    else this.accounts.clear();
  }

  stop(): void {
    this.#lifecycle.clear();
    this.#courier.clear();
  }

  #reply(wire: Wire, call: Call, reply: Reply, entry: EntryStart): Outcome {
    const { login, asked, refused } = reply;
    if (reply.count) this.book.rates.add(wire.name, login ?? '', entry.mono, reply.count);
    const at = { wire: wire.name, login: login ?? '', phones: [], call: reply.call };
    const fault = reply.call === 'send' ? undefined : this.faults.take(at, ['instead', 'answer']);
    const answer = this.#faultyAnswer(wire, call, fault) ?? reply.answer;
    const outcome = fault && kindOf(fault) === 'instead' ? 'faulty' : refused === undefined ? 'answered' : 'refused';
    const asks = { call: reply.call, login, asked, refused };
    this.book.request({ ...entry, ...asks, outcome, sms: [], fault, status: answer.status });
    const delayMs = (login === undefined ? undefined : this.accounts.find(wire.name, login))?.answerDelayMs ?? 0;
    return { answer, fault, delayMs, done: this.#begin(wire, login, reply.call) };
  }

  async #submit(wire: Wire, call: Call, submit: Submit, entry: EntryStart): Promise<Outcome> {
    const { account, submissions } = submit;
    const { login } = account;
    this.book.rates.add(wire.name, login, entry.mono, submissions.length);
    const done = this.#begin(wire, login, 'send');
    const at = { wire: wire.name, login, phones: submissions.map((it) => it.phone), call: 'send' };
    const fault = this.faults.take(at, ['instead']) ?? this.faults.take(at, ['answer']);
    const isTaken = fault === undefined || kindOf(fault) === 'answer';
    const results = isTaken ? await this.#decide(wire, submit, fault) : [];
    const accepted = results.some((it) => it.refusal === undefined);
    const answer = this.#faultyAnswer(wire, call, fault) ?? submit.answer(results, fault !== 'no-id');
    const asked = submissions.map(({ id, ownId, phone, sender, text }, i) => {
      return { id, ownId, phone, sender, text, refusal: results[i]?.refusal };
    });
    const outcome = !isTaken ? 'faulty' : accepted ? 'accepted' : 'refused';
    this.book.request({ ...entry, call: 'send', login, sms: asked, outcome, fault, status: answer.status });
    return { answer, fault, delayMs: account.answerDelayMs, done };
  }

  /** Takes or refuses each SMS. Resolves when the request may be answered. */
  async #decide(wire: Wire, submit: Submit, fault: Fault | undefined): Promise<Result[]> {
    const { account, submissions } = submit;
    const begun: Promise<void>[] = [];
    const results: Result[] = [];
    const take = (result: Result) => {
      const { submission } = result;
      const at = { wire: wire.name, login: account.login, phones: [submission.phone], call: 'send' };
      const fate = this.faults.take(at, ['fate']);
      const sms = this.book.take(account, submission, fate ?? fault);
      if (account.balance !== undefined) account.balance -= wire.price * submission.parts;
      begun.push(this.#lifecycle.begin(sms, wire, account, fate));
    };
    for (const submission of submissions) {
      const refusal = this.#refusalOf(wire, submit, submission);
      const result: Result = refusal ? { submission, refusal } : { submission };
      results.push(result);
      if (!wire.allOrNothing && !refusal) take(result);
    }
    if (wire.allOrNothing && results.every((it) => it.refusal === undefined)) for (const it of results) take(it);
    if (wire.allOrNothing) refuseAllIfAny(results);
    if (results.some((it) => it.refusal === undefined)) submit.taken?.();
    await Promise.all(begun);
    return results;
  }

  #refusalOf(wire: Wire, { account, judge }: Submit, submission: Result['submission']): Refusal | undefined {
    const at = { wire: wire.name, login: account.login, phones: [submission.phone], call: 'send' };
    const fault = this.faults.take(at, ['refusal']);
    if (fault === 'invalid-recipient' || fault === 'blocked' || fault === 'no-balance') return fault;
    const price = wire.price * submission.parts;
    const { balance } = account;
    return judge(submission) ?? (balance !== undefined && (balance <= 0 || balance < price) ? 'no-balance' : undefined);
  }

  /** Answers that do not depend on what was asked. */
  #faultyAnswer(wire: Wire, call: Call, fault: Fault | undefined): Answer | undefined {
    if (fault === 'redirect') return { status: 302, headers: { location: LOOP_PATH }, body: Buffer.alloc(0) };
    const trouble: Trouble | undefined =
      fault === 'error-500-accepted'
        ? 'error-500'
        : fault === 'auth' || fault === 'rate-limited' || fault === 'unavailable' || fault === 'error-500'
          ? fault
          : undefined;
    return trouble && wire.trouble(trouble, call);
  }

  #begin(wire: Wire, login: string | undefined, call: string): () => void {
    const key = `${wire.name}\n${login}\n${call}`;
    this.#open.set(key, (this.#open.get(key) ?? 0) + 1);
    return () => {
      const left = (this.#open.get(key) ?? 1) - 1;
      if (left > 0) this.#open.set(key, left);
      else this.#open.delete(key);
    };
  }

  #houseOf(wire: Wire): House {
    return {
      admit: (login, password) => this.accounts.admit(wire.name, login, password),
      find: (account, id, phone) => this.book.find(wire.name, account.login, id, phone),
      sms: (account) => this.book.smsOf(wire.name, account.login),
      inbound: (account) => this.book.inboundOf(wire.name, account.login),
      open: (account, call) => this.#open.get(`${wire.name}\n${account.login}\n${call}`) ?? 0,
    };
  }
}

/** The number that inbound SMS go to, unless told. */
const DEFAULT_NUMBER = '79990000001';

/** Where `redirect` leads: an address that leads to itself. */
export const LOOP_PATH = '/_loop';

export const wireOf = (name: unknown): Wire | undefined => (typeof name === 'string' ? WIRES.get(name) : undefined);

type EntryStart = Pick<RequestEntry, 'at' | 'mono' | 'wire' | 'method' | 'path'>;

function refuseAllIfAny(results: Result[]): void {
  const refusal = results.find((it) => it.refusal !== undefined)?.refusal;
  if (refusal) for (const it of results) it.refusal ??= refusal;
}

function madeUp(wire: Wire, { login, id, phone = '' }: { login: string; id: string; phone?: string }): Sms {
  const now = Date.now();
  const common = { n: 0, wire: wire.name, login, acceptedAt: now, status: 'pending' as const, statusAt: now };
  return { ...common, id, phone, text: '', parts: 1, echo: {} };
}

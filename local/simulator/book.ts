/** The book of everything that came and went. Bounded: the oldest entries are forgotten first. */
import { Doubles } from './doubles.ts';
import { type Account, type CallKind, type Inbound, isFinal, type Sms, type Submission } from './model.ts';
import { Rates } from './rates.ts';

/** Wall clock, and the machine's monotonic clock (the same for all processes), both in milliseconds. */
export interface Moment {
  at: number;
  mono: number;
}

export function moment(): Moment {
  return { at: Date.now(), mono: Number(process.hrtime.bigint()) / 1e6 };
}

export interface RequestEntry extends Moment {
  n: number;
  wire: string;
  call: CallKind;
  method: string;
  /** Without query. */
  path: string;
  login?: string;
  /** `faulty`: a fault took the place of the usual handling. `answered`: a request for something else than SMS. */
  outcome: 'accepted' | 'refused' | 'answered' | 'faulty';
  /** The SMS that were asked for. */
  sms: { id: string; ownId?: string; phone: string; sender?: string; text: string; refusal?: string }[];
  asked?: string;
  refused?: string;
  fault?: string;
  /** HTTP status of the answer as it was meant. */
  status?: number;
}

/** One attempt to call a webhook. */
export interface CallEntry extends Moment {
  n: number;
  wire: string;
  login: string;
  url: string;
  attempt: number;
  method: 'GET' | 'POST';
  body: string;
  reports: { id: string; phone: string; status: string }[];
  inbound: string[];
  /** HTTP answer, or why there was none. */
  answer?: number;
  /** What the gateway would send to the phone upon this answer. */
  sentBack?: string[];
  error?: string;
  /** How long it took. */
  ms: number;
}

export interface Handset {
  phone: string;
  sms: Sms[];
  inbound: Inbound[];
}

export class Book {
  readonly doubles = new Doubles();
  readonly rates = new Rates();
  #keep: number;
  #n = 0;
  #requests: RequestEntry[] = [];
  #calls: CallEntry[] = [];
  #sms: Sms[] = [];
  #byId = new Map<string, Sms[]>();
  #inbound: Inbound[] = [];
  #handsets = new Map<string, Handset>();
  #accepted = 0;

  /** `keep`: so many requests, webhook calls, SMS and inbound SMS are remembered, each. */
  constructor(keep: number) {
    this.#keep = keep;
  }

  request(entry: Omit<RequestEntry, 'n'>): void {
    this.#n += 1;
    this.#requests.push({ n: this.#n, ...entry });
    trim(this.#requests, this.#keep);
  }

  call(entry: Omit<CallEntry, 'n'>): void {
    this.#n += 1;
    this.#calls.push({ n: this.#n, ...entry });
    trim(this.#calls, this.#keep);
  }

  /** Writes down an SMS that the gateway takes now. */
  take(account: Account, submission: Submission, fault: string | undefined): Sms {
    this.#n += 1;
    this.#accepted += 1;
    const { wire, login } = account;
    const now = Date.now();
    const sms: Sms = { ...submission, n: this.#n, wire, login, acceptedAt: now, status: 'pending', statusAt: now };
    if (fault) sms.fault = fault;
    this.#sms.push(sms);
    for (const key of idKeys(sms)) {
      const sameId = this.#byId.get(key);
      if (sameId) sameId.push(sms);
      else this.#byId.set(key, [sms]);
    }
    this.#handset(sms.phone).sms.push(sms);
    this.doubles.add(sms);
    for (const old of trim(this.#sms, this.#keep)) this.#forget(old);
    return sms;
  }

  inbound(entry: Omit<Inbound, 'n'>): Inbound {
    this.#n += 1;
    const inbound = { n: this.#n, ...entry };
    this.#inbound.push(inbound);
    this.#handset(inbound.from).inbound.push(inbound);
    for (const old of trim(this.#inbound, this.#keep)) {
      const handset = this.#handsets.get(old.from);
      remove(handset?.inbound, old);
      this.#dropIfEmpty(handset);
    }
    return inbound;
  }

  requestsSince(n: number): RequestEntry[] {
    return since(this.#requests, n);
  }

  callsSince(n: number): CallEntry[] {
    return since(this.#calls, n);
  }

  /** Newest first. */
  handsets(): Handset[] {
    return [...this.#handsets.values()].reverse();
  }

  /** By its id or one of its parts'. */
  find(wire: string, login: string, id: string, phone?: string): Sms | undefined {
    return this.#byId.get(idKey(wire, login, id))?.findLast((it) => phone === undefined || it.phone === phone);
  }

  smsOf(wire: string, login: string): Sms[] {
    return this.#sms.filter((it) => it.wire === wire && it.login === login);
  }

  inboundOf(wire: string, login: string): Inbound[] {
    return this.#inbound.filter((it) => it.wire === wire && it.login === login);
  }

  counts() {
    const open = this.#sms.filter((it) => !isFinal(it.status)).length;
    return { n: this.#n, accepted: this.#accepted, kept: this.#sms.length, open };
  }

  clear(): void {
    this.#requests = [];
    this.#calls = [];
    this.#sms = [];
    this.#byId.clear();
    this.#inbound = [];
    this.#handsets.clear();
    this.#accepted = 0;
    this.doubles.clear();
    this.rates.clear();
  }

  /** The handset of a phone, moved to the end as the newest. */
  #handset(phone: string): Handset {
    const handset = this.#handsets.get(phone) ?? { phone, sms: [], inbound: [] };
    this.#handsets.delete(phone);
    this.#handsets.set(phone, handset);
    return handset;
  }

  #forget(old: Sms): void {
    for (const key of idKeys(old)) {
      const sameId = this.#byId.get(key);
      remove(sameId, old);
      if (sameId?.length === 0) this.#byId.delete(key);
    }
    const handset = this.#handsets.get(old.phone);
    remove(handset?.sms, old);
    this.#dropIfEmpty(handset);
  }

  #dropIfEmpty(handset: Handset | undefined): void {
    if (handset?.sms.length === 0 && handset.inbound.length === 0) this.#handsets.delete(handset.phone);
  }
}

const idKey = (wire: string, login: string, id: string) => `${wire}\n${login}\n${id}`;

const idKeys = ({ wire, login, id, partIds = [] }: Sms) =>
  [...new Set([id, ...partIds])].map((it) => idKey(wire, login, it));

const since = <T extends { n: number }>(entries: readonly T[], n: number) => {
  const first = entries.findIndex((it) => it.n > n);
  return first < 0 ? [] : entries.slice(first);
};

function remove<T>(entries: T[] | undefined, entry: T): void {
  const place = entries?.indexOf(entry) ?? -1;
  if (place >= 0) entries?.splice(place, 1);
}

/** Cuts in bulk, since taking the first of a long array away each time is slow. */
function trim<T>(entries: T[], keep: number): T[] {
  return entries.length > keep * 1.1 + 10 ? entries.splice(0, entries.length - keep) : [];
}

/**
 * The words of the chaos run: what it starts, what it does to it, and what it writes down for the checker.
 *
 * All times are `mono`, the machine's monotonic clock in milliseconds, the same for all processes (`process.hrtime`, as in
 * the simulator's book), and `at`, the wall clock in milliseconds, which Postgres has as well.
 */
import type { Child } from '../../local/processes.ts';
import type { CallEntry, RequestEntry } from '../../local/simulator/book.ts';
import type { Inbound, Sms } from '../../local/simulator/model.ts';

export interface Moment {
  at: number;
  mono: number;
}

/** A TCP way between two parts, each through a fault proxy of its own. */
export const LINKS = [
  'client-api', // our own client of the HTTP API
  'gateway-api', // webhook calls
  'api-postgres',
  'worker-postgres',
  'api-temporal',
  'worker-temporal',
  'worker-gateway',
] as const;
export type Link = (typeof LINKS)[number];

export type PartName = 'postgres' | 'temporal' | 'simulator' | 'api' | `worker-${number}`;

/** What a proxy may be told to do, to the connections that are open and to those that come. */
export type LinkTrouble =
  /** Resets all open connections, once. */
  | { kind: 'cut' }
  /** Refuses: whoever connects is reset at once, and what is open as well. */
  | { kind: 'refuse' }
  /** Takes bytes and passes nothing on, in both directions. */
  | { kind: 'hang' }
  /** Passes everything on so many milliseconds later. */
  | { kind: 'delay'; ms: number }
  /** Resets a connection after so many more bytes from the client. */
  | { kind: 'cut-after-bytes'; bytes: number };

/**
 * One HTTP request on `worker-gateway`, as the proxy saw it: `mono` and `at` are those of its first byte, before any delay
 * or cut of the proxy.
 */
export interface Arrival extends Moment {
  /** Marks of the messages whose texts are in the request; empty where it submits nothing. */
  marks: string[];
  /** All bytes that came were passed on to the gateway (they may have been cut on their way all the same). */
  passedOn: boolean;
  /** The stated clock error: the first byte was there at most so much before `mono`; the proxy could not look sooner. */
  lateMs: number;
}

export interface Proxies {
  /** `127.0.0.1:PORT` where the client side of the link connects. */
  address(link: Link): string;
  /** Where the link leads from now on: a part that was started again may be elsewhere. */
  lead(link: Link, port: number): Promise<void>;
  /** In force until `heal`; a new trouble takes the place of the old. */
  trouble(link: Link, trouble: LinkTrouble): Promise<void>;
  heal(link: Link): Promise<void>;
  /** Those since the last call. */
  arrivals(): Promise<Arrival[]>;
  close(): Promise<void>;
}

/** The whole product on servers of its own, each part a process that can be killed, stopped and started again. */
export interface Parts {
  folder: string;
  proxies: Proxies;
  simulatorUrl: string;
  /** Through `client-api`. */
  apiUrl: string;
  /** Past all proxies: for the checker and the set-up. */
  databaseUrl: string;
  temporalAddress: string;
  secretKeys: string;
  names(): PartName[];
  child(name: PartName): Child | undefined;
  /** kill -9. */
  kill(name: PartName): Promise<void>;
  /** SIGSTOP and SIGCONT of the process group; not of Postgres, which has many: its links can hang instead. */
  freeze(name: PartName): void;
  thaw(name: PartName): void;
  /** SIGTERM, and waits for its end. */
  stop(name: PartName): Promise<void>;
  /** After a kill or stop: at the same address, on the same data. @returns when it is ready */
  start(name: PartName): Promise<void>;
  /** Of all starts of this part. */
  log(name: PartName): string;
  /** The same as files, in order, for a run whose logs are long. */
  logFiles(name: PartName): string[];
  stopAll(): Promise<void>;
}

/** Stands in the text of every message of a run, and nowhere else: letters and digits, so that every wire shows it plainly. */
export const MARK = /Q[0-9]{7}Z/g;
export const markOf = (n: number): string => `Q${String(n).padStart(7, '0')}Z`;
export const numberOf = (mark: string): number => Number(mark.slice(1, -1));

/** What the run did and saw. `Moment` is when it was over: the answer was read, the fault was in force. */
export type JournalEntry = Moment &
  (
    | ({ kind: 'posted'; begun: Moment; key: string; mark: string } & PostedMessage & Answered)
    | { kind: 'cancelled'; begun: Moment; messageId: string; status: number }
    /** The text was handed to the simulator, which calls the webhook: its book says when that was answered. */
    | { kind: 'stop'; phone: string; sender: string }
    | { kind: 'fault'; name: FaultName; what: string; begun: Moment; ended: Moment; explains: string[] }
    | { kind: 'note'; what: string }
  );

export interface PostedMessage {
  account: string;
  sender: string;
  /** E.164 with the plus. */
  phone: string;
  /** One request of several messages. */
  batch: boolean;
}

/** `messageId` where it was accepted. No status: no answer came, so it may have been accepted or not. */
export interface Answered {
  status?: number;
  messageId?: string;
}

/** Of test/chaos/faults: one for each file's entry, such as `kill-worker`. */
export type FaultName = string;

export interface ChaosSender {
  name: string;
  gateway: string;
  wire: string;
  login: string;
  /** Submits per second; undefined: no limit. */
  rateLimit?: number;
}

/** All that the checker looks at. */
export interface Evidence {
  senders: ChaosSender[];
  accounts: string[];
  journal: JournalEntry[];
  arrivals: Arrival[];
  /** `texts`: those that the handsets sent. */
  simulator: { requests: RequestEntry[]; calls: CallEntry[]; taken: Sms[]; texts: Inbound[] };
  books: Books;
  temporal: TemporalState;
  /** Lines of the logs of API and workers that are JSON, warnings and worse, and name a message. */
  logs: Record<string, unknown>[];
}

/** Rows as Postgres has them, columns in camel case, times as `Date`. */
export interface Books {
  /** Which senders may be used by which accounts: names; and when texts were last fetched from their gateway account. */
  senders: { name: string; accounts: string[]; callerIds: string[]; stopWords: string[]; fetchedAt: Date | null }[];
  messages: BookMessage[];
  events: BookEvent[];
  /** `path`: with its query, without the token. */
  hooks: { id: string; receivedAt: Date; state: string; detail: string | null; body: string; path: string }[];
  inbound: { phone: string; text: string; receivedAt: Date; effect: string; hookId: string | null }[];
  /** `account`: its name; null: all. */
  suppressions: { account: string | null; phone: string; source: string; createdAt: Date }[];
  gatewayMessages: {
    gatewayAccountId: string;
    gatewayId: string;
    phone: string;
    messageId: string | null;
    status: string | null;
    reportedAt: Date | null;
  }[];
  idempotencyKeys: { accountId: string; key: string; messageId: string }[];
}

export interface BookEvent {
  messageId: string;
  n: bigint;
  at: Date;
  kind: string;
  source: string;
  detail: Record<string, unknown> | null;
}

export interface BookMessage {
  id: string;
  /** Names, not ids. */
  account: string;
  sender: string;
  phone: string;
  mark: string;
  status: string;
  source: string | null;
  cause: string | null;
  errorClass: string | null;
  acceptedAt: Date;
  sendAt: Date;
  expiresAt: Date;
  reportBy: Date;
  finalAt: Date | null;
  attempt: number;
  attemptState: string | null;
  resends: number;
}

export interface TemporalState {
  /** Workflow runs that it lists. */
  seen: number;
  /** Still running at the end, without the loops that always run (housekeeping, inbound). */
  open: { workflowId: string; type: string }[];
  /** Ended otherwise than in order, such as failed or timed out; `terminated` where STOP or cancel ended a delayed start. */
  odd: { workflowId: string; type: string; status: string }[];
  /** What housekeeping mended, by its own history; `at` is the wall clock in milliseconds. */
  repairs: { at: number; kind: string; count: number }[];
  /** Of housekeeping. */
  rounds: number;
  replayed: number;
  /** Which of the deliveries: such as `100 of 812 paths, from all tenths of the run`. */
  sample: string;
  /** Of histories that do not replay with today's code. */
  replayFailures: { workflowId: string; message: string }[];
}

/** One broken promise. */
export interface Breach {
  invariant: string;
  what: string;
  /** Its timeline is printed. */
  messageId?: string;
}

/** One line of the table. */
export interface Verdict {
  invariant: string;
  /** An invariant that looked at nothing has been neither kept nor broken, and that fails a run too. */
  outcome: 'kept' | 'broken' | 'nothing seen';
  /** What was counted to say so, such as `412 messages`. */
  checked: string;
  breaches: Breach[];
}

/** The words that the simulator's files share. Times are milliseconds since the epoch unless a name says otherwise. */
import type { IncomingHttpHeaders } from 'node:http';

/** What became of an SMS. `pending` and `sent` are not final. */
export type Status = 'pending' | 'sent' | 'delivered' | 'undelivered' | 'expired' | 'rejected';

/** Why an SMS got its final status, for the wires that can tell. */
export type Reason = 'opted-out' | 'failed';

export const isFinal = (status: Status) => status !== 'pending' && status !== 'sent';

/** Why one SMS is not taken; each wire says it in its own way. */
export type Refusal =
  | 'invalid-recipient'
  | 'missing-recipient'
  | 'blocked'
  | 'no-balance'
  | 'duplicate'
  | 'too-long'
  | 'sender-not-allowed';

/** Why a whole request fails, whatever it asks for. */
export type Trouble = 'auth' | 'rate-limited' | 'unavailable' | 'error-500';

/** One SMS as a request asks for it. */
export interface Submission {
  /** The gateway's id of the SMS: the client's own one, if it gave one. */
  id: string;
  ownId?: string;
  /** Digits only. */
  phone: string;
  text: string;
  sender?: string;
  parts: number;
  /** Where the gateway gives every part an id of its own; the first is `id`. */
  partIds?: readonly string[];
  /** Planned: the life of the SMS starts so much later. */
  delayMs?: number;
  /** Report address of this one SMS; wins over the account's. */
  reportUrl?: string;
  /** Which reports the client asked for; the wire's habit if absent. */
  reports?: 'none' | 'final' | 'all';
  /** The wire cannot refuse this SMS, yet it will fail. */
  doomed?: boolean;
  /** What the client wants to see again in the reports. */
  echo: Readonly<Record<string, string>>;
}

/** One SMS that the gateway has taken. */
export interface Sms extends Submission {
  /** Place in the book. */
  n: number;
  wire: string;
  login: string;
  acceptedAt: number;
  status: Status;
  reason?: Reason;
  statusAt: number;
  /** The magic number's or programmed fault, if any. */
  fault?: string;
  /** The control API has set the status: nothing more happens by itself. */
  forced?: boolean;
  /** The status that a webhook call last told with a 2xx answer. */
  reported?: Status;
  /** The status that a once-only endpoint last handed out. */
  pulled?: Status;
  /** Parts whose status the control API has set apart from the whole. */
  partStatuses?: Record<string, Status>;
}

/** What a poll says of one part. */
export function partStatus(sms: Sms, partId: string): Status {
  return sms.partStatuses?.[partId] ?? sms.status;
}

/** One status of one SMS, to be told. */
export interface Report {
  sms: Sms;
  status: Status;
  reason?: Reason;
  at: number;
  /** Only of this part; else of all of them. */
  partId?: string;
}

/** One SMS from a handset to the gateway. */
export interface Inbound {
  n: number;
  wire: string;
  login: string;
  id: string;
  /** Digits only. */
  from: string;
  to: string;
  text: string;
  at: number;
  /** A webhook call with this text was answered with 2xx. */
  pushed: boolean;
  /** A poll has fetched it. */
  pulled: boolean;
}

export interface AccountSettings {
  /** If set, the only password that is right. */
  password?: string;
  hooks: { reports?: string; inbound?: string };
  /** Money left; absent = endless. */
  balance?: number;
  revoked: boolean;
  reportDelayMs?: number;
  /** Latency of every answer. */
  answerDelayMs: number;
  /** Reports of so many milliseconds go out in one call, where the wire can. 0 = each alone. */
  reportBatchMs: number;
  /** Infobip: field names of report webhooks. */
  reportShape: 'v2' | 'v3';
  /** HTTP Basic of the account's webhooks. */
  hookBasic?: { user: string; password: string };
  /** SMSc: secret of the checksum in webhooks. */
  hookSecret?: string;
  /** The wire's limits of status and balance calls are in force. */
  statusLimits: boolean;
  /** SMSc: how long the same send request is refused. */
  duplicateWindowMs: number;
  /** Play Mobile: spelling of the fields of an error. */
  errorShape: 'hyphen' | 'underscore';
  /** Answers and reports in the less usual forms that the wire is known for: fewer fields, other types and names. */
  unusual: boolean;
  /** Infobip: keywords of the inbound number, in the configured spelling. */
  keywords: readonly string[];
  /** What only one wire knows, by the names in docs/simulator.md. */
  options: Readonly<Record<string, string | number | boolean>>;
}

export interface Account extends AccountSettings {
  readonly wire: string;
  readonly login: string;
}

/** One HTTP request, its path without the wire's prefix. */
export interface Call {
  method: string;
  path: string;
  /** Undecoded, without the question mark. */
  query: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

export type CallKind = 'send' | 'price' | 'status' | 'balance' | 'inbound' | 'other';

/** One webhook call to make: a POST unless it says otherwise; a GET has all in its URL. */
export interface HookCall {
  method?: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Whether the answer is the one that the gateway wants, beyond being 2xx. */
  isHeard?(body: string): boolean;
  /** The texts that the gateway would send to the phone upon this answer. */
  sendsBack?(status: number, body: string): string[];
  /** What it tells, so that the teller learns which were heard. */
  reports: readonly Report[];
  inbound: readonly Inbound[];
}

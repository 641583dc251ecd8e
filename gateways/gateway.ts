/**
 * The one shape that every gateway has. An adapter is pure and synchronous: it builds requests and reads answers;
 * activities/http.ts does the calling, sms/outcome.ts decides what an answer means for the message.
 *
 * Reading is tolerant (numbers as strings, other case, missing fields, ids beyond 2^53 kept as text) and never
 * optimistic: what is not understood is `unreadable`, not accepted.
 */
import type { z } from 'zod';
import type { ErrorClass } from '../sms/errors.ts';
import type { GatewayId, SendAnswer } from '../sms/outcome.ts';
import type { Priority } from '../sms/priority.ts';
import type { StatusReport } from '../sms/report.ts';

export type { StatusReport };

/** A request to a gateway. Header names in any case; a text body is sent as UTF-8. */
export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT';
  url: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
  /** Certificates (PEM) to trust in place of the public ones: some gateways have an authority of their own. */
  ca?: string;
}

/** A whole answer, its body already unpacked and within the size limit. Header names in lower case. */
export interface HttpResponse {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** What is asked of the gateway for one message; the same for every attempt of it. */
export interface Sms {
  /** Recipient, E.164 with the plus. */
  phone: string;
  text: string;
  /** Sender name or number that the phone shows. */
  callerId?: string;
  /** Our reference: unique in the gateway account. See gateways/reference.ts for the forms it takes. */
  ref: Reference;
  /** What is left of the validity at this attempt, in seconds; the adapter fits it to the gateway's bounds. */
  validityS: number;
  priority: Priority;
  /** 1-based; above 1 an earlier submit was certainly not taken, or this is a repeat under the same reference. */
  attempt: number;
  /** Where reports of this message may be sent, if the installation has a public address. */
  reportUrl?: string;
}

export interface Reference {
  /** From the gateway account's sequence, 1 … 2^63-1. */
  number: bigint;
  /** Random mark of this installation, 4 characters of a-z0-9, so that text references never meet another's. */
  installation: string;
}

/** The adapter will not put this SMS on the wire: the same as a refusal by the gateway, without the call. */
export interface Refusal {
  refuse: ErrorClass;
  detail: string;
}

/** One message that is asked about. */
export interface Asked {
  ids: GatewayId[];
  phone: string;
  ref: Reference;
}

/** What a poll said of the i-th of the asked. `not-found` is no status: whether it is trusted is a trait. */
export type PollAnswer = { kind: 'status'; report: StatusReport } | { kind: 'not-found' } | { kind: 'nothing' };

export type PollResult =
  /** One entry, or for part-wise ids several, for each asked message, in the order of asking. */
  { kind: 'read'; answers: PollAnswer[][] } | ReadError;

/** What an answer to anything but a send may be that does not tell what was asked. */
export type ReadError =
  | { kind: 'error'; class: ErrorClass; code?: string; detail?: string; retryAfterS?: number }
  | { kind: 'unreadable'; detail: string }
  /** The session is over: it is renewed, and the request made again. */
  | { kind: 'session-lost' };

/** A text from a phone (MO). */
export interface InboundSms {
  /** The gateway's id of it: repeats are dropped by it. */
  inboundId?: string;
  /** E.164 with the plus. */
  from: string;
  /** The number that received it, as the gateway writes it. */
  to?: string;
  text: string;
  at?: string;
}

/** One request for the texts that came since the last. */
export interface PullAsk {
  /** What readPulled gave back last time: an id, a time, whatever the wire goes by; absent at the first time. */
  cursor?: string;
  /** When it is asked, ISO 8601 UTC. */
  at: string;
}

export type PullResult =
  /** `more`: there are others at once. Without a cursor the last one stays. */
  { kind: 'read'; inbound: InboundSms[]; cursor?: string; more: boolean } | ReadError;

/** A webhook call exactly as it came in. */
export interface RawHook {
  method: string;
  /** Query string without the question mark, not decoded. */
  query: string;
  headers: Record<string, string>;
  body: Uint8Array;
}

export type HookReading =
  | { kind: 'read'; reports: StatusReport[]; inbound: InboundSms[] }
  /** A call of the gateway that carries neither (a ping, a call confirmation): answered and kept. */
  | { kind: 'nothing'; detail: string }
  /** Not from this gateway, or not readable: answered 4xx, kept. */
  | { kind: 'refused'; status: 400 | 401 | 403; detail: string };

/** Exactly what the gateway expects as an answer. */
export interface HookReply {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

/** What is answered in the gateway's own form: refused calls are answered with 4xx for all alike. */
export type TakenHook = Exclude<HookReading, { kind: 'refused' }>;

export interface Traits {
  /** The form in which our reference goes out, where the wire has a place for it. */
  ownId?: { kind: 'int32' | 'digits' | 'text'; max: number };
  /**
   * What a second submit under the same reference does. `same-answer`: the gateway answers as the first time and sends
   * once. `refused-means-accepted`: it answers `duplicate`, which proves the first. `unsafe`: a second SMS.
   */
  repeat: 'same-answer' | 'refused-means-accepted' | 'unsafe';
  /** How long the gateway is known to remember our reference, in seconds; absent: not known to forget. */
  repeatWithinS?: number;
  /** The least time between a submit of which nothing is known and its repeat, where that is safe, in seconds. */
  repeatGapS?: number;
  /**
   * The least time between two submits of one message, in seconds: a gateway that takes equal requests for duplicates
   * would otherwise refuse the second although it had not taken the first. Absent: no such rule.
   */
  submitGapS?: number;
  /** What a status can be asked by. */
  lookup: 'own-id' | 'gateway-id' | 'none';
  /** From when after the attempt a `not-found` by our reference proves that nothing was taken; absent: never. */
  notFoundTrustedAfterS?: number;
  /** Ids, not messages: a long text may have one for each part. */
  pollLimit?: { idsPerRequest: number; minGapS: number };
  /** Whether the id alone names a message in the account, or only together with the phone. */
  idScope: 'account' | 'account-and-phone';
  reports: 'webhook' | 'poll' | 'none';
  inbound: 'webhook' | 'pull' | 'none';
  /** Bounds of the validity that goes onto the wire; `account`: the wire has none. */
  validity: { minS: number; maxS: number; stepS: number } | 'account';
  /** Whether the wire needs a caller id in every send. */
  callerId: 'required' | 'optional';
  /** Default limit of submits per second, where one is documented or was the original's. */
  rateLimit?: number;
}

export type SessionCall = 'send' | 'poll' | 'pull' | 'balance';

/** A gateway with settings of type S. Settings are parsed by its schema before they get here. */
export interface Gateway<S = unknown> {
  /** Lower-case word used in senders, URLs and search attributes. */
  name: string;
  title: string;
  /** Public documentation. */
  docs: string;
  knowledge: 'confirmed' | 'partly' | 'by-profile';
  /** What is particular about this gateway or not known of it, one sentence each, for whoever makes a sender. */
  notes: readonly string[];
  /**
   * Whole settings of made-up accounts, one for each kind that differs in what the wire can do, by a word for it ('' for
   * the only or usual one): the catalogue shows the traits by them. None where a profile decides.
   */
  examples: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /**
   * A zod object with `.meta({ title, description, secret: true })` on its fields. For the form: `multiline: true`, and
   * `onlyWith: { api: 'rest2' }` where a field is of use only beside that value of another.
   */
  settings: z.ZodType<S>;
  /** Names the gateway account that these settings log in to; senders with the same key share ids and poll limits. */
  accountKey(settings: S): string;
  traits(settings: S): Traits;

  /**
   * Where calls need a session: it is made before the claim, kept for the gateway account, and given to the calls below.
   * An answer `session-lost` has it made anew once.
   */
  login?(settings: S): HttpRequest;
  /** The calls that want the session; absent: all of them. */
  sessionFor?: readonly SessionCall[];
  readLogin?(response: HttpResponse, settings: S): { session: string } | { error: ErrorClass; detail: string };

  send(sms: Sms, settings: S, session?: string): HttpRequest | Refusal;
  readSend(response: HttpResponse, sms: Sms, settings: S): SendAnswer;

  poll?(asked: Asked[], settings: S, session?: string): HttpRequest;
  readPoll?(response: HttpResponse, asked: Asked[], settings: S): PollResult;

  readHook?(hook: RawHook, settings: S): HookReading;
  /** The answer to a webhook call, after its texts took effect; its reports may take effect a moment later. */
  reply?(reading: TakenHook, settings: S): HookReply;

  pullInbound?(ask: PullAsk, settings: S, session?: string): HttpRequest;
  readPulled?(response: HttpResponse, ask: PullAsk, settings: S): PullResult;

  /** Undefined where these settings know no way to ask. */
  balance?(settings: S, session?: string): HttpRequest | undefined;
  readBalance?(
    response: HttpResponse,
    settings: S,
  ): { amount: string; currency?: string } | { error: ErrorClass; detail: string };
}

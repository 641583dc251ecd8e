/** The shape of a simulated wire: it reads requests and writes answers; the core takes SMS, runs faults and keeps time. */
import type { IncomingHttpHeaders } from 'node:http';
import type {
  Account,
  Answer,
  Call,
  CallKind,
  HookCall,
  Inbound,
  Refusal,
  Report,
  Sms,
  Submission,
  Trouble,
} from '../model.ts';

export interface Wire {
  /** First part of the path, and the name in the control API. */
  readonly name: string;
  readonly title: string;
  readonly sendPaths: readonly string[];
  /** One bad SMS refuses the whole request. */
  readonly allOrNothing: boolean;
  /** Statuses that are not final are reported without being asked for. */
  readonly tellsEveryChange: boolean;
  /** Of one part, in the account's currency. */
  readonly price: number;
  /** Pauses before the repeats of a webhook call that was not answered with 2xx. */
  readonly hookRetryMinutes: readonly number[];
  /** The login, as far as headers and query tell it before the body is read. */
  loginOf(headers: IncomingHttpHeaders, query: string): string | undefined;
  handle(call: Call, house: House): Reply | Submit;
  trouble(trouble: Trouble, call: Call): Answer;
  /** The same answer in bytes that a careless reader misreads. */
  oddCharset(answer: Answer): Answer;
  /** None if nobody has told where to. */
  reportCalls(reports: readonly Report[], account: Account): HookCall[];
  inboundCalls(inbound: readonly Inbound[], account: Account): HookCall[];
  /** The gateway's id of an inbound SMS, made of a number that only ever grows, over restarts too. */
  inboundId(serial: number): string;
}

/** What a wire may ask the core. */
export interface House {
  /** The account behind a login; undefined = not let in. */
  admit(login: string, password?: string): Account | undefined;
  /** The last SMS with this id (and phone, where given) that was taken. */
  find(account: Account, id: string, phone?: string): Sms | undefined;
  sms(account: Account): Sms[];
  /** Other requests of this kind that are being answered at the moment. */
  open(account: Account, call: CallKind): number;
  inbound(account: Account): Inbound[];
}

/** The request asked for no SMS, or for nothing that could be read: here is the answer. */
export interface Reply {
  kind: 'reply';
  call: CallKind;
  login?: string;
  answer: Answer;
  /** Why the request was refused, in words for the book. */
  refused?: string;
  /** What was asked, in words for the book. */
  asked?: string;
  /** So many SMS would have been sent by a request that is refused as a whole. */
  count?: number;
}

export interface Submit {
  kind: 'submit';
  account: Account;
  submissions: readonly Submission[];
  /** Called right before one SMS is taken (`allOrNothing`: before any of them is). */
  judge(submission: Submission): Refusal | undefined;
  /** Called when at least one SMS was taken. */
  taken?(): void;
  answer(results: readonly Result[], withIds: boolean): Answer;
}

/** Without a refusal the SMS was taken. */
export interface Result {
  submission: Submission;
  refusal?: Refusal;
}

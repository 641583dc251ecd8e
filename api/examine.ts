/** What is wrong with a message before anything is drawn or written for it: by posting it, and by its preview. */
import type { Account } from '../db/accounts.ts';
import type { GatewaySender } from '../hooks/gateway-sender.ts';
import { type CountryCode, parsePhone } from '../sms/phone.ts';
import { countSegments, type SegmentCount } from '../sms/segments.ts';
import type { ApiContext } from './context.ts';
import type { NewMessageRequest } from './schemas/new-message.ts';
import type { ProblemError } from './schemas/problem.ts';

/** What is there of a message; a preview may be of less than a whole one. */
export type Draft = { [Field in 'to' | 'text' | 'sender' | 'from']?: NewMessageRequest[Field] | undefined };

export interface ExamineOptions {
  /** Of the message in the body, as the fragment of a URI: `#` or `#/messages/0`. */
  pointer: string;
  /** By a test key: only through a sender that reaches none but verified phones. */
  isTest: boolean;
  /** The sender, where it is known by more than its name. */
  known?: GatewaySender | undefined;
}

export interface Examined {
  /** Of the fields that are there. */
  errors: ProblemError[];
  /** E.164; null: none, or one that is not valid. */
  phone: string | null;
  segments: SegmentCount | null;
  /** null: none is named, or the account may not use it. */
  known: GatewaySender | null;
  /** As it goes out. */
  callerId: string | null;
}

export async function examine(
  context: ApiContext,
  account: Account,
  draft: Draft,
  options: ExamineOptions,
): Promise<Examined> {
  const errors: ProblemError[] = [];
  const wrong: Wrong = (field, code, detail, mend) => {
    errors.push({ pointer: `${options.pointer}/${field}`, code, detail, ...(mend === undefined ? {} : { mend }) });
  };

  const phone = readPhone(account, draft.to, wrong);
  const segments = draft.text === undefined ? null : countSegments(draft.text);
  const known = options.known ?? (await findKnown(context, account, draft.sender, wrong));
  const callerId = draft.from ?? known?.sender.defaultCallerId ?? null;
  if (known) {
    if (options.isTest && known.sender.verifiedPhones === null) {
      const detail = 'With a test key only a sender with a list of verified phones can be used.';
      wrong('sender', 'test-key', detail, 'Name a sender with verified phones, or use a live key.');
    }
    checkAgainst(known, { phone, segments, callerId }, wrong);
  }
  return { errors, phone, segments, known, callerId };
}

type Wrong = (field: keyof Draft, code: string, detail: string, mend?: string) => void;

function readPhone(account: Account, to: string | undefined, wrong: Wrong): string | null {
  if (to === undefined) return null;
  const phone = parsePhone(to, (account.defaultCountry as CountryCode | null) ?? undefined);
  if (phone.ok) return phone.e164;
  wrong('to', 'invalid-phone', phone.reason);
  return null;
}

/** A sender of other accounts is not told apart from one that does not exist. */
async function findKnown(
  { senders }: ApiContext,
  account: Account,
  name: string | undefined,
  wrong: Wrong,
): Promise<GatewaySender | null> {
  if (name === undefined) return null;
  const known = await senders.byName(name);
  if (known?.sender.accountIds.includes(account.id)) return known;
  wrong('sender', 'unknown-sender', 'The account has no sender of this name.');
  return null;
}

function checkAgainst(
  { sender, traits }: GatewaySender,
  { phone, segments, callerId }: Pick<Examined, 'phone' | 'segments' | 'callerId'>,
  wrong: Wrong,
): void {
  if (segments !== null && segments.segments > sender.maxParts) {
    const detail = `It takes ${segments.segments} parts in ${segments.encoding}; the sender's limit is ${sender.maxParts}.`;
    wrong('text', 'too-many-parts', detail, 'Shorten it.');
  }
  if (callerId === null && traits.callerId === 'required') {
    wrong('from', 'caller-id-required', 'The gateway of this sender needs a caller id.', 'Name one.');
  }
  if (callerId !== null && sender.verifiedCallerIds?.includes(callerId) === false) {
    wrong('from', 'caller-id-not-verified', 'It is not one of the caller ids that are verified for this sender.');
  }
  if (phone !== null && sender.verifiedPhones?.includes(phone) === false) {
    wrong('to', 'phone-not-verified', 'It is not one of the phones that are verified for this sender.');
  }
}

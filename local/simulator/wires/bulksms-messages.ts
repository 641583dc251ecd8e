/** BulkSMS's Message object: the same in the answer to send, in polls and in webhooks. */
import { type Account, type Answer, type Inbound, isFinal, type Reason, type Sms, type Status } from '../model.ts';
import { partsOf } from '../segments.ts';

export interface Message {
  /** Absent in the answer to a send that met the fault `no-id`. */
  id?: string;
  type: 'SENT' | 'RECEIVED';
  submission: { id: string; date: string };
  status: { id: string; type: string; subtype: string | null };
  relatedSentMessageId: string | null;
  userSuppliedId: string | null;
  [field: string]: unknown;
}

export type State = readonly [type: string, subtype?: string];

/** `sms` has an id and echoes only, where the control API made it up. */
export function sentMessage(sms: Pick<Sms, 'id' | 'phone' | 'text' | 'echo'>, state: State, account: Account): Message {
  const { echo } = sms;
  return {
    id: sms.id,
    type: 'SENT',
    from: echo.from ?? '',
    to: sms.phone,
    body: sms.text,
    encoding: echo.encoding ?? 'TEXT',
    protocolId: Number(echo.protocolId ?? 0),
    messageClass: Number(echo.messageClass ?? 0),
    submission: { id: echo.submissionId ?? '', date: dateOf(Number(echo.at ?? 0), account) },
    status: statusOf(state),
    relatedSentMessageId: null,
    userSuppliedId: echo.userSuppliedId ?? null,
    numberOfParts: null,
    creditCost: null,
  };
}

/** As polls and webhooks have it: parts and cost are known by now. */
export function toldMessage(sms: Sms, status: Status, reason: Reason | undefined, account: Account): Message {
  const state = stateOf(sms, status, reason, account);
  return { ...sentMessage(sms, state, account), numberOfParts: sms.parts, creditCost: sms.parts * PRICE };
}

export function polledMessage(sms: Sms, account: Account): Message {
  return toldMessage(sms, isKnown(sms) ? sms.status : 'sent', sms.reason, account);
}

export function receivedMessage(inbound: Inbound, related: string | undefined, account: Account): Message {
  const { id, from, to, text, at } = inbound;
  return {
    id,
    type: 'RECEIVED',
    from,
    to,
    body: text,
    encoding: 'TEXT',
    submission: { id: '', date: dateOf(at, account) },
    status: statusOf(['UNKNOWN']),
    relatedSentMessageId: related ?? null,
    userSuppliedId: null,
    numberOfParts: partsOf(text),
    creditCost: 0,
  };
}

/** Unusual accounts get long ids as bare numbers, which a careless reader rounds. */
export function write(value: unknown, account: Account): string {
  const plain = JSON.stringify(value);
  return account.unusual ? plain.replace(/"(id|relatedSentMessageId)":"(\d{19})"/g, '"$1":$2') : plain;
}

export function answer(status: number, value: unknown, account: Account): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(write(value, account)) };
}

export const isFailure = (status: Status) => isFinal(status) && status !== 'delivered';

function stateOf(sms: Sms, status: Status, reason: Reason | undefined, { unusual }: Account): State {
  switch (status) {
    case 'delivered':
      return ['DELIVERED'];
    case 'expired':
      return ['FAILED', 'EXPIRED'];
    case 'undelivered':
      return unusual ? ['FAILED'] : ['FAILED', 'HANDSET_ERROR'];
    case 'rejected':
      if (sms.echo.fails === 'null') return ['FAILED'];
      return ['FAILED', reason === 'opted-out' || sms.echo.fails === 'BLOCKED' ? 'BLOCKED' : 'NOT_SENT'];
    default:
      return unusual && sms.fault === 'never-final' ? ['UNKNOWN'] : ['SENT'];
  }
}

/** What the network was not asked to report, nobody knows. What the gateway itself refuses, it does know. */
function isKnown({ status, echo }: Sms): boolean {
  if (echo.deliveryReports === 'NONE') return status === 'rejected';
  return echo.deliveryReports !== 'ERRORS' || status !== 'delivered';
}

const statusOf = ([type, subtype]: State) => ({ id: `${type}.${subtype ?? 'null'}`, type, subtype: subtype ?? null });

/** With `Z`, or with the offset of South Africa. */
function dateOf(at: number, { unusual }: Account): string {
  const iso = new Date(unusual ? at + 2 * 3600_000 : at).toISOString().slice(0, 19);
  return `${iso}${unusual ? '+02:00' : 'Z'}`;
}

/** Credits for one part. */
export const PRICE = 1;

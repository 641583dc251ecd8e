/** From a request to the row that promises the SMS, or to what is wrong with it. */
import { uuidv7 } from 'uuidv7';
import type { Account } from '../db/accounts.ts';
import type { NewMessage } from '../db/messages.ts';
import { ownId } from '../gateways/reference.ts';
import type { GatewaySender } from '../hooks/gateway-sender.ts';
import { type CountryCode, parsePhone } from '../sms/phone.ts';
import { PRIORITIES } from '../sms/priority.ts';
import { countSegments } from '../sms/segments.ts';
import type { ApiContext } from './context.ts';
import { bodyHashOf } from './idempotency.ts';
import type { NewMessageRequest } from './schemas/new-message.ts';
import type { ProblemError } from './schemas/problem.ts';

export interface AcceptItem {
  request: NewMessageRequest;
  idempotencyKey: string | null;
  /** Of the request in the body, as the fragment of a URI: `#` or `#/messages/0`. */
  pointer: string;
}

export type Prepared =
  | { ok: true; row: NewMessage; known: GatewaySender; delayMs: number }
  | { ok: false; errors: ProblemError[] };

export async function prepare(context: ApiContext, account: Account, item: AcceptItem): Promise<Prepared> {
  const { request } = item;
  const errors: ProblemError[] = [];
  const wrong = (field: keyof NewMessageRequest, code: string, detail: string, mend?: string) => {
    errors.push({ pointer: `${item.pointer}/${field}`, code, detail, ...(mend === undefined ? {} : { mend }) });
  };

  const phone = parsePhone(request.to, (account.defaultCountry as CountryCode | null) ?? undefined);
  if (!phone.ok) wrong('to', 'invalid-phone', phone.reason);
  const known = await context.senders.byName(request.sender);
  // A sender of other accounts is not told apart from one that does not exist.
  if (!known?.sender.accountIds.includes(account.id)) {
    wrong('sender', 'unknown-sender', 'The account has no sender of this name.');
    return { ok: false, errors };
  }

  const { sender, traits } = known;
  const { encoding, segments } = countSegments(request.text);
  if (segments > sender.maxParts) {
    const detail = `It takes ${segments} parts in ${encoding}; the sender's limit is ${sender.maxParts}.`;
    wrong('text', 'too-many-parts', detail, 'Shorten it.');
  }
  const callerId = request.from ?? sender.defaultCallerId;
  if (callerId === null && traits.callerId === 'required') {
    wrong('from', 'caller-id-required', 'The gateway of this sender needs a caller id.', 'Name one.');
  }
  if (callerId !== null && sender.verifiedCallerIds?.includes(callerId) === false) {
    wrong('from', 'caller-id-not-verified', 'It is not one of the caller ids that are verified for this sender.');
  }
  if (phone.ok && sender.verifiedPhones?.includes(phone.e164) === false) {
    wrong('to', 'phone-not-verified', 'It is not one of the phones that are verified for this sender.');
  }
  if (!phone.ok || errors.length > 0) return { ok: false, errors };

  const ref = {
    number: await context.references.next(sender.gatewayAccountId),
    installation: await context.references.installation(),
  };
  const row: NewMessage = {
    id: uuidv7(),
    accountId: account.id,
    senderId: sender.id,
    gatewayAccountId: sender.gatewayAccountId,
    phone: phone.e164,
    text: request.text,
    encoding,
    parts: segments,
    callerId,
    priority: PRIORITIES[request.priority],
    metadata: request.metadata ?? null,
    ref: ref.number,
    ownId: ownId(ref, traits),
    idPhone: traits.idScope === 'account-and-phone' ? phone.e164 : '',
    sendAt: request.sendAt ?? null,
    validityS: request.validity ?? sender.defaultValidityS,
    reportGraceS: sender.reportGraceS,
    idempotencyKey: item.idempotencyKey,
    bodyHash: bodyHashOf(request),
  };
  const delayMs = request.sendAt === undefined ? 0 : Math.max(0, request.sendAt.getTime() - Date.now());
  return { ok: true, row, known, delayMs };
}

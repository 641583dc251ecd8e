/** From a request to the row that promises the SMS, or to what is wrong with it. */
import { uuidv7 } from 'uuidv7';
import type { Account } from '../db/accounts.ts';
import type { NewMessage } from '../db/messages.ts';
import { ownId } from '../gateways/reference.ts';
import type { GatewaySender } from '../hooks/gateway-sender.ts';
import { PRIORITIES } from '../sms/priority.ts';
import type { ApiContext } from './context.ts';
import { type ExamineOptions, examine } from './examine.ts';
import { bodyHashOf } from './idempotency.ts';
import type { NewMessageRequest } from './schemas/new-message.ts';
import type { ProblemError } from './schemas/problem.ts';

export interface AcceptItem {
  request: NewMessageRequest;
  idempotencyKey: string | null;
  /** Of the request in the body, as the fragment of a URI: `#` or `#/messages/0`. */
  pointer: string;
  /** By a test key: only through a sender that reaches none but verified phones. */
  isTest?: boolean;
}

export type Prepared =
  | { ok: true; row: NewMessage; known: GatewaySender; delayMs: number }
  | { ok: false; errors: ProblemError[] };

export async function prepare(
  context: ApiContext,
  account: Account,
  { request, idempotencyKey, pointer, isTest = false }: AcceptItem,
  options: Pick<ExamineOptions, 'known'> = {},
): Promise<Prepared> {
  const examined = await examine(context, account, request, { pointer, isTest, ...options });
  const { errors, phone, segments, known, callerId } = examined;
  if (errors.length > 0 || phone === null || segments === null || known === null) return { ok: false, errors };

  const { sender, traits } = known;
  const ref = {
    number: await context.references.next(sender.gatewayAccountId),
    installation: await context.references.installation(),
  };
  const row: NewMessage = {
    id: uuidv7(),
    accountId: account.id,
    senderId: sender.id,
    gatewayAccountId: sender.gatewayAccountId,
    phone,
    text: request.text,
    encoding: segments.encoding,
    parts: segments.segments,
    callerId,
    callerIdIsDefault: request.from === undefined,
    priority: PRIORITIES[request.priority],
    metadata: request.metadata ?? null,
    ref: ref.number,
    ownId: ownId(ref, traits),
    idPhone: traits.idScope === 'account-and-phone' ? phone : '',
    sendAt: request.sendAt ?? null,
    validityS: request.validity ?? sender.defaultValidityS,
    reportGraceS: sender.reportGraceS,
    idempotencyKey,
    bodyHash: bodyHashOf(request),
  };
  const delayMs = request.sendAt === undefined ? 0 : Math.max(0, request.sendAt.getTime() - Date.now());
  return { ok: true, row, known, delayMs };
}

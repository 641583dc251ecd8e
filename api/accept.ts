/**
 * Accepting messages, one or a thousand: all rows in one statement, then the answer. Their deliveries are started in the
 * background: the row is the promise, and waiting for Temporal would make nothing safer, only slower.
 */
import type { Account } from '../db/accounts.ts';
import { type Accepted, acceptMessages, findMessage, type NewMessage } from '../db/messages.ts';
import type { ApiContext } from './context.ts';
import { bodyHashOf, heldKeys } from './idempotency.ts';
import { type AcceptItem, type Prepared, prepare } from './prepare.ts';
import { Problem } from './problem.ts';
import type { MessageView } from './schemas/messages.ts';
import { viewOf } from './view.ts';

export type AcceptResult =
  | { status: 'accepted' | 'repeated'; message: MessageView }
  | { status: 'refused'; problem: Problem };

/** In the order of the items. */
export async function accept(
  context: ApiContext,
  account: Account,
  items: readonly AcceptItem[],
  seesPhones: boolean,
): Promise<AcceptResult[]> {
  const prepared: Prepared[] = [];
  for (const item of items) prepared.push(await prepare(context, account, item));

  const ready = prepared.filter((one) => one.ok);
  const accepted =
    ready.length === 0
      ? []
      : await acceptMessages(
          context.db,
          ready.map(({ row }) => row),
        );
  const verdicts = new Map(ready.map((one, i) => [one, accepted[i]]));
  const held = await heldByRefused(context, account, items, prepared);

  return await Promise.all(
    items.map(async (item, i): Promise<AcceptResult> => {
      const one = prepared[i];
      if (!one) throw new Error('a message was not looked at');
      const verdict = one.ok ? verdicts.get(one) : held.get(item);
      if (one.ok && verdict?.kind === 'accepted') {
        start(context, one);
        const message = viewOf(freshRow(one.row), { sender: one.known.sender.name, seesPhones });
        return { status: 'accepted', message };
      }
      if (verdict) return await repeated(context, account, verdict, seesPhones);
      if (one.ok) throw new Error('the books gave no verdict on a message');
      return { status: 'refused', problem: new Problem('invalid-request', { errors: one.errors }) };
    }),
  );
}

/** What the key of a refused item stands for, if it is not new: its first request may have come before a sender changed. */
async function heldByRefused(
  { db }: ApiContext,
  account: Account,
  items: readonly AcceptItem[],
  prepared: readonly Prepared[],
): Promise<Map<AcceptItem, Accepted>> {
  const refused = items.filter((item, i) => item.idempotencyKey !== null && !prepared[i]?.ok);
  const keys = refused.flatMap(({ idempotencyKey }) => idempotencyKey ?? []);
  const held = await heldKeys(db, account.id, keys);
  const verdicts = new Map<AcceptItem, Accepted>();
  for (const item of refused) {
    const first = held.get(item.idempotencyKey ?? '');
    if (!first) continue;
    const kind = first.bodyHash === bodyHashOf(item.request) ? 'repeated' : 'conflict';
    verdicts.set(item, { kind, id: first.messageId });
  }
  return verdicts;
}

async function repeated(
  context: ApiContext,
  account: Account,
  { kind, id }: Accepted,
  seesPhones: boolean,
): Promise<AcceptResult> {
  if (kind === 'conflict') {
    const detail = 'This key was used before with another body. Take a new key for each SMS.';
    return { status: 'refused', problem: new Problem('idempotency-key-reused', { detail, message: { id } }) };
  }
  const row = await findMessage(context.db, id, account.id);
  if (!row) return { status: 'refused', problem: new Problem('message-gone', { message: { id } }) };
  const sender = await context.senders.byId(row.senderId);
  return { status: 'repeated', message: viewOf(row, { sender: sender?.sender.name ?? '', seesPhones }) };
}

function start(context: ApiContext, { row, known, delayMs }: Extract<Prepared, { ok: true }>): void {
  context.starter.start({
    messageId: row.id,
    senderId: row.senderId,
    gatewayAccountId: row.gatewayAccountId,
    sender: known.sender.name,
    gateway: known.sender.gateway,
    priority: row.priority,
    accountId: row.accountId,
    delayMs,
  });
}

/** As the books have it since a moment ago. */
function freshRow(row: NewMessage) {
  const acceptedAt = new Date();
  const sendAt = row.sendAt !== null && row.sendAt > acceptedAt ? row.sendAt : acceptedAt;
  return {
    ...row,
    status: 'accepted',
    acceptedAt,
    sendAt,
    expiresAt: new Date(sendAt.getTime() + row.validityS * 1000),
    submittedAt: null,
    finalAt: null,
    source: null,
    cause: null,
    errorClass: null,
    errorCode: null,
    attempt: 0,
  };
}

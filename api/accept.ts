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
  const verdicts = await write(context, prepared);
  if ([...verdicts.values()].some(({ kind }) => kind === 'sender-changed')) {
    await writeAgain(context, account, items, prepared, verdicts);
  }
  const held = await heldByRefused(context, account, items, prepared);

  return await Promise.all(
    items.map(async (item, i): Promise<AcceptResult> => {
      const one = prepared[i];
      if (!one) throw new Error('a message was not looked at');
      const verdict = one.ok ? verdicts.get(one) : held.get(item);
      if (one.ok && verdict?.kind === 'accepted') {
        startDelivery(context, one);
        const message = viewOf(freshRow(one.row), { sender: one.known.sender.name, seesPhones });
        return { status: 'accepted', message };
      }
      if (verdict?.kind === 'sender-changed') return { status: 'refused', problem: new Problem('unavailable') };
      if (verdict) return await repeated(context, account, verdict, seesPhones);
      if (one.ok) throw new Error('the books gave no verdict on a message');
      return { status: 'refused', problem: new Problem('invalid-request', { errors: one.errors }) };
    }),
  );
}

async function write({ db }: ApiContext, prepared: readonly Prepared[]): Promise<Map<Prepared, Accepted>> {
  const ready = prepared.filter((one) => one.ok);
  if (ready.length === 0) return new Map();
  const rows = ready.map(({ row }) => row);
  const accepted = await acceptMessages(db, rows);
  return new Map(ready.flatMap((one, i) => (accepted[i] ? [[one, accepted[i]] as const] : [])));
}

/** What was prepared for a sender as it was before a change that matters: archived, or moved to another account. */
async function writeAgain(
  context: ApiContext,
  account: Account,
  items: readonly AcceptItem[],
  prepared: Prepared[],
  verdicts: Map<Prepared, Accepted>,
): Promise<void> {
  context.senders.forget();
  const anew: Prepared[] = [];
  for (const [i, item] of items.entries()) {
    const before = prepared[i];
    if (!before || verdicts.get(before)?.kind !== 'sender-changed') continue;
    const now = await prepare(context, account, item);
    prepared[i] = now;
    anew.push(now);
  }
  for (const [one, verdict] of await write(context, anew)) verdicts.set(one, verdict);
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

export function startDelivery(context: ApiContext, { row, known, delayMs }: Extract<Prepared, { ok: true }>): void {
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

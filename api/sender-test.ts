/** Trying a sender: its login at the gateway, or a real SMS. Nothing leaves past the books. */
import type { ApiKey } from '../db/api-keys.ts';
import { writeAudit } from '../db/audit.ts';
import { acceptMessages, findMessage, type MessageRow, timelineOf } from '../db/messages.ts';
import type { Sender } from '../db/senders.ts';
import { type GatewaySender, withGateway } from '../hooks/gateway-sender.ts';
import { startDelivery } from './accept.ts';
import { actorOf, may } from './auth.ts';
import type { ApiContext } from './context.ts';
import { prepare } from './prepare.ts';
import { Problem } from './problem.ts';
import type { SenderTestAnswer, SenderTestRequest } from './schemas/sender-test.ts';
import { viewWithTimeline } from './view.ts';

/** How long the caller is kept waiting. */
const WAIT_MS = 15_000;
/** A test SMS that could not be sent within ten minutes is of no use any more. */
const VALIDITY_S = 600;
const TEXT = 'Test SMS';

/** @throws Problem */
export async function tryLogin(context: ApiContext, sender: Sender): Promise<SenderTestAnswer> {
  const { gateway, settings } = withGateway(sender);
  const tellsBalance = gateway.balance?.(settings) !== undefined;
  if (!gateway.login && !tellsBalance) {
    return { ok: null, detail: `${gateway.title} has no request that tries a login. Send a test SMS.` };
  }
  const access = await context.senderTests.run(inputFor(sender, null), WAIT_MS).catch(() => {
    throw unavailable();
  });
  if (!access) throw new Problem('unavailable', { detail: 'No worker has tried it within 15 seconds.' });
  if (!access.ok) return { ok: false, errorClass: access.errorClass, detail: WORDS[access.errorClass] };
  const { balance, currency } = access;
  return {
    ok: true,
    detail: tellsBalance ? 'The gateway lets the sender in.' : 'The login is right; this gateway tells no balance.',
    ...(balance === undefined ? {} : { balance }),
    ...(currency === undefined ? {} : { currency }),
  };
}

const WORDS = {
  auth: 'The gateway refuses the login.',
  'no-balance': 'The gateway says that no money is left.',
  'rate-limited': 'The gateway says that it was asked too often.',
  temporary: 'The gateway cannot answer for the moment.',
  'no-answer': 'The gateway did not answer.',
  blocked: 'The gateway says that the account is blocked.',
  'invalid-request': 'The gateway did not understand the request.',
  'invalid-recipient': 'The gateway gave an answer that does not fit.',
  'sender-not-allowed': 'The gateway gave an answer that does not fit.',
  duplicate: 'The gateway gave an answer that does not fit.',
  unknown: 'The answer of the gateway was not understood.',
} as const;

/** Accepts an SMS like every other, and has it submitted ahead of all. @throws Problem */
export async function trySms(
  context: ApiContext,
  sender: Sender,
  key: ApiKey,
  { account: named, text = TEXT, ...message }: SenderTestRequest & { to: string; account: string | undefined },
): Promise<SenderTestAnswer> {
  const { db } = context;
  const account = await accountFor(context, sender, named);
  await context.senderTests.ping().catch(() => {
    throw unavailable();
  });
  const request = { ...message, text, sender: sender.name, validity: VALIDITY_S, priority: 'otp' as const };
  const item = { request, idempotencyKey: null, pointer: '#', isTest: key.kind === 'test' };
  const prepared = await prepare(context, account, item, { known: withGateway(sender) });
  if (!prepared.ok) throw new Problem('invalid-request', { errors: prepared.errors });
  const { id } = prepared.row;
  const [accepted] = await acceptMessages(db, [prepared.row]);
  if (accepted?.kind !== 'accepted') throw new Problem('conflict', { detail: 'The sender has just been changed.' });
  await writeAudit(db.orm, actorOf(key), {
    action: 'sender.test',
    accountId: account.id,
    objectId: sender.id,
    detail: { message: id },
  });
  // Whatever comes of it, the message is in the books and goes on from there.
  await context.senderTests.run(inputFor(sender, id), WAIT_MS).catch(() => {});
  startDelivery(context, prepared);
  return await answerOf(context, prepared.known, key, id);
}

/** @throws Problem */
async function accountFor({ accounts }: ApiContext, { accountIds }: Sender, named: string | undefined) {
  const id = named?.toLowerCase();
  for (const one of [...accountIds].sort().filter((it) => id === undefined || it === id)) {
    const account = await accounts.byId(one);
    if (account && account.archivedAt === null) return account;
  }
  const isNone = id === undefined;
  const detail = isNone
    ? 'The sender is assigned to no account that is in use.'
    : 'The sender is not assigned to this account, or the account is archived.';
  const mend = isNone ? 'Assign it to an account first.' : 'Name one of its accounts, or none.';
  throw new Problem('invalid-request', { errors: [{ parameter: 'account', code: 'unknown-account', detail, mend }] });
}

async function answerOf(
  { db }: ApiContext,
  { sender }: GatewaySender,
  key: ApiKey,
  messageId: string,
): Promise<SenderTestAnswer> {
  const [row, events] = await Promise.all([findMessage(db, messageId, null), timelineOf(db, messageId)]);
  if (!row) throw new Error('the test SMS is gone');
  const message = viewWithTimeline(row, events, { sender: sender.name, seesPhones: may(key, 'phones:read') });
  return { ...verdictOn(row), message };
}

function verdictOn(row: MessageRow): Pick<SenderTestAnswer, 'ok' | 'detail'> {
  if (row.submittedAt !== null) return { ok: true, detail: 'The gateway took it.' };
  if (row.status === 'sending') return { ok: null, detail: 'The gateway may have taken it: nobody knows yet.' };
  if (row.status !== 'accepted') return { ok: false, detail: 'It was not sent; see the message.' };
  return row.attempt === 0
    ? { ok: null, detail: 'No worker has tried it within 15 seconds; it waits like any other.' }
    : { ok: false, detail: 'The gateway did not take it; it waits like any other. See the timeline.' };
}

function inputFor({ id, version, name, gateway }: Sender, messageId: string | null) {
  return { senderId: id, version, messageId, sender: name, gateway };
}

function unavailable(): Problem {
  return new Problem('unavailable', {
    detail: 'Temporal cannot be reached, or no worker took it up: nothing was tried.',
    headers: { 'retry-after': '5' },
  });
}

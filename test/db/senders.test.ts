import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAudit } from '../../db/audit.ts';
import {
  archiveSender,
  changeSender,
  pauseSender,
  restoreSender,
  resumeSender,
  rotateHookToken,
  updateSender,
} from '../../db/sender-changes.ts';
import { listSenderLines } from '../../db/sender-lines.ts';
import {
  createSender,
  findSender,
  holdSender,
  listSenders,
  releaseSender,
  type Sender,
  sendersOfGatewayAccount,
} from '../../db/senders.ts';
import {
  accept,
  type Books,
  claimed,
  eventKinds,
  newAccount,
  newGatewayId,
  newHouse,
  newSender,
  openBooks,
  record,
  rowOf,
  taken,
} from './books.ts';

let books: Books;
const keys = [{ id: 'k1', key: randomBytes(32) }];
const ANNA = { keyId: null, name: 'Anna' };

beforeAll(async () => {
  books = await openBooks();
});
afterAll(() => books.close());

async function create(input: Parameters<typeof newSender>[0] = {}): Promise<Sender> {
  return await found(await createSender(books.db, keys, newSender(input)));
}

async function found(id: string): Promise<Sender> {
  const sender = await findSender(books.db, keys, { id });
  if (!sender) throw new Error(`there is no sender ${id}`);
  return sender;
}

describe('a sender', () => {
  it('is found by id, name and hook token with everything it was made of', async () => {
    const accountIds = [await newAccount(books.db), await newAccount(books.db)];
    const input = newSender({
      settings: { login: 'shop', password: 'hunter2' },
      secretFields: ['password'],
      accountIds,
      rateLimit: 12.5,
      stopWords: ['СТОП'],
      verifiedPhones: ['+79995550000'],
      onUncertain: 'resend',
    });
    const sender = await found(await createSender(books.db, keys, input));
    expect(sender).toMatchObject({
      name: input.name,
      settings: input.settings,
      rateLimit: 12.5,
      stopWords: ['СТОП'],
      verifiedPhones: ['+79995550000'],
      verifiedCallerIds: null,
      onUncertain: 'resend',
      version: 1,
      defaultValidityS: 86_400,
      pausedAt: null,
    });
    expect(sender.accountIds.sort()).toEqual(accountIds.sort());
    expect(await findSender(books.db, keys, { name: input.name })).toEqual(sender);
    expect(await findSender(books.db, keys, { hookToken: sender.hookToken })).toEqual(sender);
    const [row] = await books.db.sql`SELECT settings::text FROM senders WHERE id = ${sender.id}`;
    expect(row?.settings).not.toContain('hunter2');
  });

  it('of a gateway account that is known shares it, also when two are made at once', async () => {
    const accountKey = newSender().accountKey;
    const made = await Promise.all(Array.from({ length: 4 }, () => create({ accountKey })));
    const [account] = new Set(made.map((sender) => sender.gatewayAccountId));
    expect(new Set(made.map((sender) => sender.gatewayAccountId)).size).toBe(1);
    const sharing = await sendersOfGatewayAccount(books.db, keys, account ?? '');
    expect(sharing.map(({ id }) => id).sort()).toEqual(made.map(({ id }) => id).sort());
    expect(await create({ accountKey, gateway: 'another' })).not.toMatchObject({ gatewayAccountId: account });
  });

  it('has a name of its own among those in use', async () => {
    const sender = await create();
    await expect(create({ name: sender.name })).rejects.toMatchObject({ cause: { code: '23505' } });
    await books.db.sql`UPDATE senders SET archived_at = now() WHERE id = ${sender.id}`;
    const next = await create({ name: sender.name });
    expect((await findSender(books.db, keys, { name: sender.name }))?.id).toBe(next.id);
    const listed = (await listSenders(books.db, keys, { archived: false }, { limit: 500 })).map(({ id }) => id);
    expect(listed).toContain(next.id);
    expect(listed).not.toContain(sender.id);
  });

  it('that could not be made leaves nothing behind', async () => {
    const input = newSender({ accountIds: [crypto.randomUUID()] });
    await expect(createSender(books.db, keys, input)).rejects.toMatchObject({ cause: { code: '23503' } });
    const rows = await books.db.sql`SELECT FROM gateway_accounts WHERE key = ${input.accountKey}`;
    expect(rows).toHaveLength(0);
    expect(await findSender(books.db, keys, { name: input.name })).toBeUndefined();
  });

  it('that is changed has a new version, and keeps what was not named', async () => {
    const [before, after] = [await newAccount(books.db), await newAccount(books.db)];
    const sender = await create({ accountIds: [before], settings: { login: 'a', password: 'p' }, rateLimit: 5 });
    await updateSender(books.db, keys, sender.id, { maxParts: 3 });
    expect(await found(sender.id)).toEqual({ ...sender, maxParts: 3, version: 2 });
    await updateSender(books.db, keys, sender.id, {
      settings: { login: 'a', password: 'q' },
      secretFields: ['password'],
      accountIds: [after],
    });
    expect(await found(sender.id)).toMatchObject({
      settings: { login: 'a', password: 'q' },
      accountIds: [after],
      version: 3,
      maxParts: 3,
      rateLimit: 5,
    });
  });
});

describe('a change', () => {
  const auditOf = async (id: string) => await listAudit(books.db, { objectId: id }, { limit: 10 });

  it('is decided by the sender as it is, so that two at once both hold', async () => {
    const sender = await create({ maxParts: 1, verifiedCallerIds: [] });
    const add = (callerId: string) =>
      changeSender(books.db, keys, sender.id, ({ verifiedCallerIds }) => ({
        verifiedCallerIds: [...(verifiedCallerIds ?? []), callerId],
      }));
    await Promise.all(['A', 'B', 'C', 'D'].map(add));
    expect((await found(sender.id)).verifiedCallerIds?.sort()).toEqual(['A', 'B', 'C', 'D']);
    expect((await found(sender.id)).version).toBe(5);
  });

  it('is in the audit log with what it was and who did it, without secrets and phones', async () => {
    const sender = await create({ settings: { login: 'shop', password: 'hunter2' }, verifiedPhones: ['+79995550001'] });
    await changeSender(
      books.db,
      keys,
      sender.id,
      () => ({
        maxParts: 3,
        awaitDeliveryS: 7,
        verifiedPhones: ['+79995550002'],
        settings: { login: 'shop', password: 'hunter3' },
        secretFields: ['password'],
      }),
      ANNA,
    );
    const [last, first] = await auditOf(sender.id);
    expect(last).toMatchObject({ actor: 'Anna', action: 'sender.update', accountId: null });
    expect(last?.detail).toEqual({
      maxParts: { from: 10, to: 3 },
      awaitDelivery: { from: 300, to: 7 },
      verifiedPhones: 'changed',
      settings: ['password'],
    });
    expect(first).toMatchObject({ action: 'sender.create', detail: { name: sender.name, gateway: sender.gateway } });
    expect(JSON.stringify([last, first])).not.toMatch(/hunter|9995550/);
  });

  it('that changes nothing is none', async () => {
    const accountIds = [await newAccount(books.db), await newAccount(books.db)];
    const sender = await create({ accountIds, stopWords: ['СТОП'], settings: { a: 1 } });
    await updateSender(books.db, keys, sender.id, {
      accountIds: [...accountIds].reverse(),
      stopWords: ['СТОП'],
      settings: { a: 1 },
    });
    expect((await found(sender.id)).version).toBe(1);
    expect(await auditOf(sender.id)).toHaveLength(1);
  });

  it('that is refused leaves all as it was', async () => {
    const sender = await create();
    const refused = changeSender(books.db, keys, sender.id, () => {
      throw new Error('no');
    });
    await expect(refused).rejects.toThrow('no');
    expect(await found(sender.id)).toEqual(sender);
    expect(await changeSender(books.db, keys, crypto.randomUUID(), () => ({ maxParts: 1 }))).toBe(false);
  });

  it('of the default caller id reaches what waits and named none itself', async () => {
    const house = await newHouse(books.db, { defaultCallerId: 'OLD' });
    const waiting = await accept(books.db, house, { callerId: 'OLD', callerIdIsDefault: true });
    const named = await accept(books.db, house, { callerId: 'OLD' });
    const sent = await accept(books.db, house, { callerId: 'OLD', callerIdIsDefault: true });
    await claimed(books.db, sent);
    await record(books.db, sent, taken(newGatewayId()));
    await updateSender(books.db, [], house.senderId, { defaultCallerId: 'NEW' });
    const callerIds = await books.db.sql`
      SELECT id, caller_id FROM messages WHERE id = ANY (${[waiting, named, sent]}::uuid[])`;
    expect(Object.fromEntries(callerIds.map((row) => [row.id, row.callerId]))).toEqual({
      [waiting]: 'NEW',
      [named]: 'OLD',
      [sent]: 'OLD',
    });
    expect(await eventKinds(books.db, waiting)).toEqual(['accepted', 'changed']);
    expect(await eventKinds(books.db, named)).toEqual(['accepted']);
    expect((await claimed(books.db, waiting)).callerId).toBe('NEW');
  });
});

describe('archiving', () => {
  const linesOf = async (id: string) => (await listSenderLines(books.db)).filter((line) => line.id === id);

  it('frees the name, and restoring needs it', async () => {
    const sender = await create();
    await archiveSender(books.db, sender.id, ANNA);
    await archiveSender(books.db, sender.id, ANNA);
    const next = await create({ name: sender.name });
    await expect(restoreSender(books.db, sender.id, ANNA)).rejects.toMatchObject({ cause: { code: '23505' } });
    await archiveSender(books.db, next.id, ANNA);
    await restoreSender(books.db, sender.id, ANNA);
    expect((await findSender(books.db, keys, { name: sender.name }))?.id).toBe(sender.id);
    const actions = (await listAudit(books.db, { objectId: sender.id }, { limit: 10 })).map(({ action }) => action);
    expect(actions).toEqual(['sender.restore', 'sender.archive', 'sender.create']);
  });

  it.each(['accepted', 'sending', 'sent'])('keeps its workers while a message is %s', async (status) => {
    const house = await newHouse(books.db);
    const id = await accept(books.db, house);
    if (status !== 'accepted') await claimed(books.db, id);
    if (status === 'sent') await record(books.db, id, taken(newGatewayId()));
    expect((await rowOf(books.db, id)).status).toBe(status);
    await archiveSender(books.db, house.senderId, ANNA);
    expect(await linesOf(house.senderId)).toHaveLength(1);
    await books.db.sql`UPDATE messages SET status = 'delivered' WHERE id = ${id}`;
    expect(await linesOf(house.senderId)).toEqual([]);
  });
});

describe('a hook token', () => {
  it('that was changed is taken for a day, and no longer', async () => {
    const sender = await create();
    await rotateHookToken(books.db, sender.id, ANNA);
    const now = await found(sender.id);
    expect(now.hookToken).toMatch(/^[\w-]{32}$/);
    expect(now.hookToken).not.toBe(sender.hookToken);
    expect(now.version).toBe(2);
    const leftS = ((now.oldHookTokenUntil?.getTime() ?? 0) - Date.now()) / 1000;
    expect(leftS).toBeGreaterThan(24 * 3600 - 60);
    expect(leftS).toBeLessThanOrEqual(24 * 3600 + 1);
    for (const hookToken of [sender.hookToken, now.hookToken]) {
      expect((await findSender(books.db, keys, { hookToken }))?.id).toBe(sender.id);
    }
    await books.db.sql`UPDATE senders SET old_hook_token_until = now() WHERE id = ${sender.id}`;
    expect(await findSender(books.db, keys, { hookToken: sender.hookToken })).toBeUndefined();
    expect((await findSender(books.db, keys, { hookToken: now.hookToken }))?.id).toBe(sender.id);
    const [entry] = await listAudit(books.db, { objectId: sender.id }, { limit: 1 });
    expect(entry).toMatchObject({ actor: 'Anna', action: 'sender.rotate-hook-token' });
    expect(JSON.stringify(entry)).not.toContain(now.hookToken);
  });
});

describe('pause and hold', () => {
  it('a person pauses and resumes', async () => {
    const sender = await create();
    await pauseSender(books.db, sender.id, 'a person');
    expect((await found(sender.id)).pausedAt).toBeInstanceOf(Date);
    const { pausedAt } = await found(sender.id);
    await pauseSender(books.db, sender.id, 'Anna: maintenance', ANNA);
    expect(await found(sender.id)).toMatchObject({ pausedAt, pausedBy: 'Anna: maintenance' });
    await resumeSender(books.db, sender.id, ANNA);
    expect(await found(sender.id)).toMatchObject({ pausedAt: null, pausedBy: null, heldFor: null });
    const [resumed, paused] = await listAudit(books.db, { objectId: sender.id }, { limit: 2 });
    expect(resumed).toMatchObject({ actor: 'Anna', action: 'sender.resume' });
    expect(paused).toMatchObject({ actor: 'Anna', action: 'sender.pause', detail: { by: 'Anna: maintenance' } });
  });

  it('probes of a held sender come at pauses that double up to a limit, once per probe', async () => {
    const sender = await create();
    const pauses: number[] = [];
    for (let probe = 0; probe < 9; probe++) {
      await Promise.all(Array.from({ length: 5 }, () => holdSender(books.db, sender.id, 'no-balance')));
      const [row] = await books.db.sql`
        SELECT round(extract(epoch FROM probe_at - now()))::int AS pause, hold_count FROM senders WHERE id = ${sender.id}`;
      expect(row?.holdCount).toBe(probe + 1);
      pauses.push(Number(row?.pause));
      await books.db.sql`UPDATE senders SET probe_at = now() WHERE id = ${sender.id}`;
    }
    expect(pauses).toEqual([15, 30, 60, 120, 240, 480, 900, 900, 900]);
    expect(await found(sender.id)).toMatchObject({ heldFor: 'no-balance' });
  });

  it('a submit that went through ends the hold, and the next one begins with the first pause', async () => {
    const sender = await create();
    await holdSender(books.db, sender.id, 'auth');
    await books.db.sql`UPDATE senders SET probe_at = now() WHERE id = ${sender.id}`;
    await holdSender(books.db, sender.id, 'auth');
    await releaseSender(books.db, sender.id);
    expect(await found(sender.id)).toMatchObject({ heldFor: null, probeAt: null });
    await holdSender(books.db, sender.id, 'auth');
    const [row] = await books.db.sql`SELECT hold_count FROM senders WHERE id = ${sender.id}`;
    expect(row?.holdCount).toBe(1);
  });

  it('releasing a hold leaves a pause as it is', async () => {
    const sender = await create();
    await pauseSender(books.db, sender.id, 'a person');
    await holdSender(books.db, sender.id, 'auth');
    await releaseSender(books.db, sender.id);
    expect((await found(sender.id)).pausedAt).toBeInstanceOf(Date);
  });
});

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createSender,
  findSender,
  holdSender,
  listSenders,
  pauseSender,
  releaseSender,
  resumeSender,
  type Sender,
  sendersOfGatewayAccount,
  updateSender,
} from '../../db/senders.ts';
import { type Books, newAccount, newSender, openBooks } from './books.ts';

let books: Books;
const keys = [{ id: 'k1', key: randomBytes(32) }];

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
    const listed = (await listSenders(books.db, keys)).map(({ id }) => id);
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

describe('pause and hold', () => {
  it('a person pauses and resumes', async () => {
    const sender = await create();
    await pauseSender(books.db, sender.id, 'a person');
    expect((await found(sender.id)).pausedAt).toBeInstanceOf(Date);
    await resumeSender(books.db, sender.id);
    expect(await found(sender.id)).toMatchObject({ pausedAt: null, heldFor: null });
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

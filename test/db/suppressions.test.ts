import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAudit } from '../../db/audit.ts';
import { openDb } from '../../db/connection.ts';
import { checkMessage } from '../../db/deliveries.ts';
import {
  addSuppression,
  liftStopWord,
  listSuppressions,
  type NewSuppression,
  removeSuppression,
  suppressionsOf,
  suppressOptedOut,
  suppressPhone,
} from '../../db/suppressions.ts';
import { maskPhone } from '../../sms/phone.ts';
import {
  accept,
  type Books,
  claim,
  eventKinds,
  type House,
  newAccount,
  newHouse,
  newPhone,
  openBooks,
  rowOf,
  statusOf,
} from './books.ts';

let books: Books;
let house: House;

beforeAll(async () => {
  books = await openBooks();
  house = await newHouse(books.db);
});
afterAll(() => books.close());

async function suppress(phone: string, entry: Partial<NewSuppression> = {}): Promise<string[]> {
  return await suppressPhone(books.db, {
    phone,
    accountIds: [house.accountId],
    global: false,
    source: 'stop-word',
    ...entry,
  });
}

describe('suppress lists', () => {
  it('are asked by the first step of a delivery, which ends a message whose phone is on one', async () => {
    const phone = newPhone();
    await suppress(phone);
    const id = await accept(books.db, house, { phone });
    expect(await checkMessage(books.db, id)).toMatchObject({ status: 'suppressed', source: 'suppress-list' });
    expect(await rowOf(books.db, id)).toMatchObject({ attempt: 0, wakeAt: null });
    expect(await eventKinds(books.db, id)).toEqual(['accepted', 'final']);
  });

  it('let a phone through that is on none, or on those of other accounts', async () => {
    const phone = newPhone();
    await suppress(phone, { accountIds: [await newAccount(books.db)] });
    const id = await accept(books.db, house, { phone });
    expect(await checkMessage(books.db, id)).toMatchObject({ status: 'accepted', uncertain: false });
    expect(await rowOf(books.db, id)).toMatchObject({ startedAt: expect.any(Date) });
    expect(await checkMessage(books.db, id)).toMatchObject({ status: 'accepted' });
    expect(await claim(books.db, id)).toMatchObject({ verdict: 'claimed' });
    expect(await checkMessage(books.db, id)).toMatchObject({ status: 'sending' });
  });

  it('of all say so to every account', async () => {
    const phone = newPhone();
    await suppress(phone, { accountIds: [], global: true, reason: 'complaint', source: 'operator' });
    expect(await suppressionsOf(books.db, phone)).toMatchObject([
      { accountId: null, phone, source: 'operator', reason: 'complaint' },
    ]);
    const id = await accept(books.db, { ...house, accountId: await newAccount(books.db) }, { phone });
    expect(await claim(books.db, id)).toMatchObject({
      verdict: 'final',
      status: 'suppressed',
      source: 'suppress-list',
    });
  });

  it('tell by what a waiting message was ended', async () => {
    for (const [source, told] of [
      ['stop-word', 'stop-word'],
      ['operator', 'suppress-list'],
    ] as const) {
      const phone = newPhone();
      const id = await accept(books.db, house, { phone });
      expect(await suppress(phone, { source })).toEqual([id]);
      expect(await rowOf(books.db, id)).toMatchObject({ status: 'suppressed', source: told });
    }
  });

  it('are left by START where STOP put the phone on them', async () => {
    const phone = newPhone();
    const other = await newAccount(books.db);
    await suppress(phone, { accountIds: [house.accountId, other] });
    expect(await liftStopWord(books.db, phone, [house.accountId], false)).toBe(1);
    expect(await suppressionsOf(books.db, phone)).toMatchObject([{ accountId: other }]);
    expect(await claim(books.db, await accept(books.db, house, { phone }))).toMatchObject({ verdict: 'claimed' });
  });

  it("are not left by START where an operator put the phone on them, before the phone's STOP or after it", async () => {
    for (const sources of [
      ['operator', 'stop-word'],
      ['stop-word', 'operator'],
    ] as const) {
      const phone = newPhone();
      for (const source of sources) await suppress(phone, { source });
      await liftStopWord(books.db, phone, [house.accountId], false);
      const id = await accept(books.db, house, { phone });
      expect([sources, await claim(books.db, id)]).toMatchObject([sources, { verdict: 'final', status: 'suppressed' }]);
    }
  });

  it('take their first entry over a connection that has just been opened', async () => {
    const phone = newPhone();
    const id = await accept(books.db, house, { phone });
    const fresh = openDb(books.url, { connections: 1 });
    await suppressPhone(fresh, { phone, accountIds: [house.accountId], global: true, source: 'api' });
    await fresh.close();
    expect(await statusOf(books.db, id)).toBe('suppressed');
  });
});

describe('START', () => {
  const onAll = async (phone: string) => (await suppressionsOf(books.db, phone)).some((row) => row.accountId === null);

  it('lifts the global entry that a stop word made, where it is to', async () => {
    const phone = newPhone();
    await suppress(phone, { global: true });
    expect(await liftStopWord(books.db, phone, [house.accountId], false)).toBe(1);
    expect(await onAll(phone)).toBe(true);
    expect(await liftStopWord(books.db, phone, [house.accountId], true)).toBe(1);
    expect(await suppressionsOf(books.db, phone)).toEqual([]);
    expect(await claim(books.db, await accept(books.db, house, { phone }))).toMatchObject({ verdict: 'claimed' });
  });

  it.each(['operator', 'api', 'import', 'gateway'] as const)('leaves a global entry of source %s', async (source) => {
    const phone = newPhone();
    await suppress(phone, { accountIds: [], global: true, source });
    await suppress(phone, { global: true });
    expect(await liftStopWord(books.db, phone, [house.accountId], true)).toBe(1);
    expect(await suppressionsOf(books.db, phone)).toMatchObject([{ accountId: null, source }]);
  });
});

describe('the audit log', () => {
  const log = async (objectId: string) => (await listAudit(books.db, { objectId }, { limit: 10 })).reverse();
  const entryOf = async (phone: string, accountId: string | null = house.accountId) => {
    const row = (await suppressionsOf(books.db, phone)).find((it) => it.accountId === accountId);
    if (!row) throw new Error('there is no such entry');
    return row;
  };
  const clerk = { keyId: randomUUID(), name: 'clerk' };

  it('holds each entry that a stop word makes or START lifts, once, with the phone masked', async () => {
    const phone = newPhone();
    for (const _ of [1, 2]) await suppress(phone, { global: true });
    const [own, all] = [await entryOf(phone), await entryOf(phone, null)];
    await liftStopWord(books.db, phone, [house.accountId], true);
    await liftStopWord(books.db, phone, [house.accountId], true);
    const detail = { phone: maskPhone(phone), source: 'stop-word' };
    for (const entry of [own, all]) {
      expect(await log(entry.id)).toMatchObject([
        { action: 'suppression.add', keyId: null, actor: 'stop word', accountId: entry.accountId, detail },
        { action: 'suppression.remove', keyId: null, actor: 'start word', accountId: entry.accountId, detail },
      ]);
    }
  });

  it('is written once by STOPs at the same time, with the entries', async () => {
    const phone = newPhone();
    const many = openDb(books.url, { connections: 6 });
    const entry = { phone, accountIds: [house.accountId], global: true, source: 'stop-word' as const };
    await Promise.all(Array.from({ length: 6 }, () => suppressPhone(many, entry)));
    await many.close();
    const entries = await suppressionsOf(books.db, phone);
    expect(entries).toHaveLength(2);
    for (const { id } of entries) expect(await log(id)).toMatchObject([{ action: 'suppression.add' }]);
  });

  it('holds what a key adds and removes, and not what changes nothing', async () => {
    const phone = newPhone();
    const entry = { phone, accountId: house.accountId, source: 'api' as const };
    const { suppression, added } = await addSuppression(books.db, clerk, entry);
    expect(added).toBe(true);
    expect(await addSuppression(books.db, clerk, entry)).toMatchObject({ added: false, suppression });
    expect(await removeSuppression(books.db, clerk, suppression.id)).toBe(true);
    expect(await removeSuppression(books.db, clerk, suppression.id)).toBe(false);
    const who = { keyId: clerk.keyId, actor: 'clerk', accountId: house.accountId };
    expect(await log(suppression.id)).toMatchObject([
      { ...who, action: 'suppression.add', detail: { phone: maskPhone(phone), source: 'api' } },
      { ...who, action: 'suppression.remove', detail: { phone: maskPhone(phone), source: 'api' } },
    ]);
    const all = await books.db.sql`SELECT detail FROM audit_log WHERE detail::text LIKE ${`%${phone.slice(1)}%`}`;
    expect(all).toEqual([]);
  });

  it('says where a gateway takes over what a stop word did', async () => {
    const phone = newPhone();
    await suppress(phone);
    const { id } = await entryOf(phone);
    await suppressOptedOut(
      books.db,
      { id: house.senderId, accountIds: [house.accountId], addToGlobalSuppressList: false },
      phone,
    );
    expect(await log(id)).toMatchObject([
      { actor: 'stop word' },
      { actor: 'gateway', action: 'suppression.add', detail: { source: 'gateway', was: 'stop-word' } },
    ]);
  });
});

describe('with 200,000 entries', () => {
  const MANY = 200_000;
  beforeAll(async () => {
    const account = await newAccount(books.db);
    await books.db.sql`
      INSERT INTO suppressions (id, account_id, phone, source)
      SELECT gen_random_uuid(), CASE WHEN n % 3 = 0 THEN NULL ELSE ${account}::uuid END, '+7999' || (1000000 + n), 'import'
      FROM generate_series(1, ${MANY}::int) n`;
    await books.db.sql`ANALYZE suppressions`;
  });

  interface Plan {
    'Node Type': string;
    'Index Name'?: string;
    'Index Cond'?: string;
    'Shared Hit Blocks'?: number;
    'Shared Read Blocks'?: number;
    Plans?: Plan[];
  }
  const flat = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flat)];
  const explain = async (options: string, query: string): Promise<Plan> => {
    const [row] = await books.db.sql.unsafe(`EXPLAIN (${options}, FORMAT JSON) ${query}`);
    return Object.values(row ?? {})[0][0].Plan;
  };
  /** What claim_send and the first step of a delivery ask. */
  const bodyOfCheck = async () => {
    const [held] = await books.db.sql`SELECT prosrc FROM pg_proc WHERE proname = 'is_suppressed'`;
    return String(held?.prosrc).replaceAll('p_phone', '$1').replaceAll('p_account', '$2');
  };

  it.each([
    ['on a list', 150_000],
    ['on none', MANY + 1],
  ])('the check of a phone that is %s is one look into the index by phone', async (_, n) => {
    const query = (await bodyOfCheck())
      .replaceAll('$1', `'+7999${1_000_000 + n}'`)
      .replaceAll('$2', `'${randomUUID()}'`);
    const plan = await explain('ANALYZE, BUFFERS', query);
    const scans = flat(plan).filter((node) => node['Node Type'].endsWith('Scan'));
    expect(scans).toMatchObject([{ 'Index Name': 'suppressions_once' }]);
    expect(scans[0]?.['Node Type']).toMatch(/^Index (Only )?Scan$/);
    expect(scans[0]?.['Index Cond']).toContain('phone = ');
    const pages = (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
    expect(pages).toBeGreaterThan(0);
    expect(pages).toBeLessThan(10);
  });

  it('the plan that is kept for any phone is the same', async () => {
    const plan = await explain('GENERIC_PLAN', await bodyOfCheck());
    const scans = flat(plan).filter((node) => node['Node Type'].endsWith('Scan'));
    expect(scans).toMatchObject([{ 'Index Name': 'suppressions_once' }]);
    expect(scans[0]?.['Index Cond']).toContain('phone = $1');
  });

  it('a page of the global list is read from the index in its order', async () => {
    const [last] = await listSuppressions(books.db, { accountId: null }, { limit: 1 });
    const plan = await explain(
      'COSTS',
      `SELECT * FROM suppressions s WHERE s.account_id IS NULL AND s.id < '${last?.id}'
       ORDER BY s.account_id DESC, s.id DESC LIMIT 100`,
    );
    expect(flat(plan).map((node) => node['Node Type'])).toEqual(['Limit', 'Index Scan']);
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDb } from '../../db/connection.ts';
import {
  earlierClaimsOver,
  findImport,
  ImportIdTaken,
  type ImportRow,
  type ImportTarget,
  importRows,
  listImports,
  runImport,
} from '../../db/suppression-imports.ts';
import { suppressionsOf, suppressPhone } from '../../db/suppressions.ts';
import { accept, type Books, claim, claimed, type House, newHouse, newPhone, openBooks, rowOf } from './books.ts';
import { openSession, until, watch } from './sessions.ts';

let books: Books;
let house: House;
beforeAll(async () => {
  books = await openBooks();
  house = await newHouse(books.db);
});
afterAll(() => books.close());

const clerk = { keyId: null, name: 'clerk' };
const describeError = () => 'it broke';
const target = (): ImportTarget => ({ id: randomUUID(), accountId: house.accountId });
const row = (phone: string, more: Partial<ImportRow> = {}): ImportRow => ({ phone, reason: null, note: null, ...more });

async function imported(rows: ImportRow[], it = target()) {
  return await runImport(books.db, clerk, it, () => importRows(books.db, it, { rows, invalid: 0 }), describeError);
}

describe('an import', () => {
  it('puts phones on the list, and counts those that are on it or come twice', async () => {
    const [one, two, three] = [newPhone(), newPhone(), newPhone()];
    await suppressPhone(books.db, { phone: one, accountIds: [house.accountId], global: false, source: 'operator' });
    const rows = [row(one), row(two, { reason: 'asked "us"', note: 'a\nb,{\\}' }), row(three), row(two)];
    expect(await imported(rows)).toMatchObject({ state: 'done', total: 4, imported: 2, alreadyThere: 2, invalid: 0 });
    expect(await suppressionsOf(books.db, one)).toMatchObject([{ source: 'operator' }]);
    expect(await suppressionsOf(books.db, two)).toMatchObject([
      { accountId: house.accountId, source: 'import', reason: 'asked "us"', note: 'a\nb,{\\}' },
    ]);
    expect(await imported(rows)).toMatchObject({ total: 4, imported: 0, alreadyThere: 4 });
  });

  it('takes over what a stop word put on the list, so that START does not take it off', async () => {
    const phone = newPhone();
    await suppressPhone(books.db, { phone, accountIds: [house.accountId], global: true, source: 'stop-word' });
    expect(await imported([row(phone)])).toMatchObject({ imported: 0, alreadyThere: 1 });
    expect(await imported([row(phone)], { id: randomUUID(), accountId: null })).toMatchObject({ alreadyThere: 1 });
    expect((await suppressionsOf(books.db, phone)).map(({ source }) => source)).toEqual(['import', 'import']);
  });

  it('goes in twice at once, in any order', async () => {
    const phones = Array.from({ length: 300 }, (_, n) => `+7998${1_000_000 + n}`);
    const all = await Promise.all(
      [phones, [...phones].reverse(), phones, [...phones].reverse()].map((some) => imported(some.map((p) => row(p)))),
    );
    expect(all.reduce((sum, { imported }) => sum + imported, 0)).toBe(300);
    expect(all.reduce((sum, { alreadyThere }) => sum + alreadyThere, 0)).toBe(900);
  });

  it('runs while its work goes on, and is in the log with its counters', async () => {
    const it = target();
    const done = await runImport(
      books.db,
      clerk,
      it,
      async () => {
        await importRows(books.db, it, {
          rows: [row(newPhone())],
          invalid: 2,
          invalidLines: [{ line: 7, reason: 'x' }],
        });
        expect(await findImport(books.db, it.id, house.accountId)).toMatchObject({
          state: 'running',
          total: 3,
          invalidLines: [{ line: 7, reason: 'x' }],
        });
        await expect(runImport(books.db, clerk, it, async () => {}, describeError)).rejects.toThrow(ImportIdTaken);
      },
      describeError,
    );
    expect(done).toMatchObject({ state: 'done', total: 3, imported: 1, invalid: 2, finishedAt: expect.any(Date) });
    expect(await findImport(books.db, it.id, undefined)).toEqual(done);
    expect(await findImport(books.db, it.id, randomUUID())).toBeUndefined();
    await expect(runImport(books.db, clerk, it, async () => {}, describeError)).rejects.toThrow(ImportIdTaken);
    const log = await books.db.sql`
      SELECT actor, action, account_id, detail->>'state' AS state, detail->>'imported' AS imported FROM audit_log
      WHERE object_id = ${it.id} ORDER BY id`;
    const entry = { actor: 'clerk', action: 'suppression.import', accountId: house.accountId };
    expect(log).toEqual([
      { ...entry, state: 'running', imported: null },
      { ...entry, state: 'done', imported: '1' },
    ]);
  });

  it('stands as failed with its counters when it breaks off', async () => {
    const it = target();
    const broken = runImport(
      books.db,
      clerk,
      it,
      async () => {
        await importRows(books.db, it, { rows: [row(newPhone())], invalid: 0 });
        throw new Error('cut');
      },
      (err) => `told: ${(err as Error).message}`,
    );
    await expect(broken).rejects.toThrow('cut');
    expect(await findImport(books.db, it.id, undefined)).toMatchObject({
      state: 'failed',
      failure: 'told: cut',
      imported: 1,
    });
  });

  it('stands as failed when no sign of it was seen for a minute', async () => {
    const it = target();
    const failed = { id: it.id, state: 'failed', failure: 'The process that ran it has ended.' };
    const done = await runImport(
      books.db,
      clerk,
      it,
      async () => {
        expect(await findImport(books.db, it.id, undefined)).toMatchObject({ state: 'running', finishedAt: null });
        await books.db.sql`
          UPDATE suppression_imports SET finished_at = finished_at - interval '61 s' WHERE id = ${it.id}`;
        expect(await findImport(books.db, it.id, undefined)).toMatchObject(failed);
        expect((await listImports(books.db, house.accountId, { limit: 1 }))[0]).toMatchObject(failed);
      },
      describeError,
    );
    expect(done.state).toBe('done');
  });
});

describe('an import that hears nothing from its client', () => {
  it('gives signs of life', async () => {
    const it = target();
    const sign = async () => {
      const [held] = await books.db.sql`SELECT finished_at FROM suppression_imports WHERE id = ${it.id}`;
      return Number(held?.finishedAt);
    };
    await runImport(
      books.db,
      clerk,
      it,
      async () => {
        const first = await sign();
        await until(async () => (await sign()) > first);
      },
      describeError,
    );
  });
});

describe('an import against claims', () => {
  const put = async (phone: string) => {
    const it = target();
    await imported([row(phone)], it);
  };

  it('is seen by the claim that comes after it', async () => {
    const phone = newPhone();
    const id = await accept(books.db, house, { phone });
    await put(phone);
    expect(await claim(books.db, id)).toMatchObject({
      verdict: 'final',
      status: 'suppressed',
      source: 'suppress-list',
    });
  });

  it('waits for the claim that looked before it, in its transaction and until the end of its lease', async () => {
    const claimer = await openSession(books.url, books.db);
    const waiter = openDb(books.url, { connections: 1, applicationName: 'import waits' });
    const phone = newPhone();
    const id = await accept(books.db, house, { phone });
    await claimer.begin();
    await claimed(claimer.db, id);
    await put(phone);

    const waiting = watch(earlierClaimsOver(waiter, [phone]));
    const looks = new Set<string>();
    await until(async () => {
      const [seen] = await books.db.sql`
        SELECT query_start::text FROM pg_stat_activity
        WHERE application_name = 'import waits' AND query LIKE '%pg_locks%'`;
      if (seen) looks.add(seen.queryStart);
      return looks.size >= 3;
    });
    expect(waiting.settled()).toBe(false);
    await claimer.commit();
    await waiting.call;
    const [over] = await books.db.sql`SELECT lease_until <= clock_timestamp() AS yes FROM messages WHERE id = ${id}`;
    expect(over?.yes).toBe(true);
    expect((await rowOf(books.db, id)).attemptState).toBe('open');
    await Promise.all([claimer.close(), waiter.close()]);
  });

  it('does not wait for a claim that begins after it', async () => {
    const [claimer, later] = await Promise.all([openSession(books.url, books.db), openSession(books.url, books.db)]);
    const waiter = openDb(books.url, { connections: 1 });
    const ids = [await accept(books.db, house), await accept(books.db, house)];
    await claimer.begin();
    await claimed(claimer.db, String(ids[0]));
    const waiting = watch(earlierClaimsOver(waiter, [newPhone()]));
    await new Promise((resolve) => setTimeout(resolve, 200));
    await later.begin();
    await claimed(later.db, String(ids[1]));
    expect(waiting.settled()).toBe(false);
    await claimer.commit();
    await waiting.call;
    await later.commit();
    await Promise.all([claimer.close(), later.close(), waiter.close()]);
  });

  it('of very many phones waits as long as any lease may last', async () => {
    const paced = await newHouse(books.db, { rateLimit: 1 });
    await books.db.sql`
      UPDATE sender_pace SET next_slot_at = clock_timestamp() + interval '2990 ms' WHERE sender_id = ${paced.senderId}`;
    const id = await accept(books.db, paced);
    await claimed(books.db, id);
    await earlierClaimsOver(books.db);
    const [over] = await books.db.sql`SELECT lease_until <= clock_timestamp() AS yes FROM messages WHERE id = ${id}`;
    expect(over?.yes).toBe(true);
  });
});

/** Connections to Postgres that are lost at any moment, above all under a transaction: rejections, and nothing else. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql as q } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Db, openDb } from '../../db/connection.ts';
import { type Cut, cuttable } from '../api/cut.ts';
import { type Books, openBooks } from './books.ts';

let books: Books;
let way: Cut;
let db: Db;
const thrown: unknown[] = [];
const onThrown = (err: unknown) => thrown.push(err);

beforeAll(async () => {
  process.on('uncaughtException', onThrown).on('unhandledRejection', onThrown);
  books = await openBooks();
  way = await cuttable(books.url);
  await books.db.sql`CREATE TABLE kept (n integer)`;
});
afterAll(async () => {
  await way?.cut();
  await books?.close();
  process.off('uncaughtException', onThrown).off('unhandledRejection', onThrown);
});
beforeEach(async () => {
  db = openDb(way.url, { connections: 10, applicationName: 'to be lost' });
  await books.db.sql`TRUNCATE kept`;
  return async () => {
    await db.close();
    expect(thrown).toEqual([]);
  };
});

const terminate = async () => {
  await books.db.sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'to be lost'`;
};
const WAYS: [string, () => Promise<void>][] = [
  ['pg_terminate_backend', terminate],
  ['a TCP reset', async () => way.reset()],
];
const TIMES = 4;

/** More statements at once than there are connections. */
async function works(): Promise<void> {
  const answers = await Promise.all(Array.from({ length: 25 }, (_, n) => db.sql`SELECT ${n}::int AS n`));
  expect(answers.map(([row]) => row?.n)).toEqual(Array.from({ length: 25 }, (_, n) => n));
}

/** The idle connections are lost as well, and their ends are still to be heard of. */
async function worksAgain(): Promise<void> {
  const tryIt = () => works().then(() => 'works', String);
  await expect.poll(tryIt, { interval: 30 }).toBe('works');
}

async function kept(): Promise<number[]> {
  return (await books.db.sql`SELECT n FROM kept ORDER BY n`).map(({ n }) => n);
}

describe.each(WAYS)('a transaction whose connection is lost by %s', (_, lose) => {
  it.each<[string, () => Promise<unknown>]>([
    ['before its first statement', () => db.sql.begin((tx) => lose().then(() => tx`INSERT INTO kept VALUES (1)`))],
    [
      'between two statements',
      () =>
        db.sql.begin(async (tx) => {
          await tx`INSERT INTO kept VALUES (1)`;
          await lose();
          await tx`INSERT INTO kept VALUES (${2}::int)`;
        }),
    ],
    [
      'while it is idle',
      () =>
        db.sql.begin(async (tx) => {
          await tx`INSERT INTO kept VALUES (1)`;
          await lose();
          await sleep(30);
        }),
    ],
    [
      'under a statement',
      () =>
        db.sql.begin(async (tx) => {
          await tx`INSERT INTO kept VALUES (1)`;
          const slow = tx`SELECT pg_sleep(${5}::float8)`.execute();
          await sleep(30);
          await lose();
          await slow;
        }),
    ],
    [
      'by a statement that is caught',
      () =>
        db.sql.begin(async (tx) => {
          await tx`INSERT INTO kept VALUES (1)`;
          await lose();
          await tx`SELECT 1`.catch(() => undefined);
          await sleep(30);
          await tx`INSERT INTO kept VALUES (2)`.catch(() => undefined);
        }),
    ],
    [
      "in Drizzle's hands",
      () =>
        db.orm.transaction(async (tx) => {
          await tx.execute(q`INSERT INTO kept VALUES (1)`);
          await lose();
          await sleep(30);
          await tx.execute(q`INSERT INTO kept VALUES (${2}::int)`);
        }),
    ],
  ])('rejects, %s, and keeps nothing', async (_name, run) => {
    for (let time = 0; time < TIMES; time++) {
      const [end] = await Promise.allSettled([run()]);
      expect(end.status).toBe('rejected');
      await worksAgain();
    }
    expect(await kept()).toEqual([]);
  });

  it('is kept where its COMMIT was answered', async () => {
    const committed: number[] = [];
    for (let n = 0; n < 4 * TIMES; n++) {
      await db.sql
        .begin(async (tx) => {
          await tx`INSERT INTO kept VALUES (${n})`;
          // Sooner or later than the COMMIT that goes out next.
          void sleep(n / 8).then(lose);
        })
        .then(
          () => committed.push(n),
          () => undefined,
        );
      await sleep(10);
    }
    expect(await kept()).toEqual(expect.arrayContaining(committed));
    await worksAgain();
  });

  it('runs nothing on its own once others have connected anew', async () => {
    const lost = db.sql.begin(async (tx) => {
      await tx`INSERT INTO kept VALUES (1)`;
      await lose();
      await worksAgain();
      await tx`INSERT INTO kept VALUES (2)`;
    });
    await expect(lost).rejects.toMatchObject({ code: expect.stringMatching(/^(CONNECTION_CLOSED|ECONNRESET)$/) });
    expect(await kept()).toEqual([]);
  });
});

it('under load: each statement has its own answer, or an error', { timeout: 30_000 }, async () => {
  let stop = false;
  let answered = 0;
  let refused = 0;
  const work = async () => {
    while (!stop) {
      const n = Math.floor(Math.random() * 1e6);
      try {
        const [row] =
          n % 3 > 0 ? await db.sql`SELECT ${n}::int AS n` : await db.sql.begin((tx) => tx`SELECT ${n}::int AS n`);
        expect(row?.n).toBe(n);
        answered++;
      } catch (err) {
        if (!(err instanceof Error && 'code' in err)) throw err;
        refused++;
      }
    }
  };
  const all = Promise.all(Array.from({ length: 30 }, work));
  for (let i = 0; i < 40; i++) {
    await sleep(50);
    await WAYS[i % 2]?.[1]();
  }
  stop = true;
  await all;
  expect(refused).toBeGreaterThan(0);
  expect(answered).toBeGreaterThan(0);
  await worksAgain();
});

describe('a transaction', () => {
  it('is as the books have it: all, or nothing after an error, also one that was caught', async () => {
    await db.sql.begin((tx) => tx`INSERT INTO kept VALUES (1)`);
    const failing = db.sql.begin(async (tx) => {
      await tx`INSERT INTO kept VALUES (2)`;
      await tx`SELECT 1 / 0`.catch(() => undefined);
    });
    await expect(failing).rejects.toMatchObject({ code: '22012' });
    await expect(
      db.sql.begin(async (tx) => {
        await tx`INSERT INTO kept VALUES (3)`;
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    const unawaited = db.sql.begin(async (tx) => {
      await tx`INSERT INTO kept VALUES (4)`;
      tx`SELECT 1 / 0`.execute();
    });
    await expect(unawaited).rejects.toMatchObject({ code: '22012' });
    expect(await kept()).toEqual([1]);
  });

  it('takes no statement after its end', async () => {
    const tx = await db.sql.begin(async (tx) => ({ late: () => tx`INSERT INTO kept VALUES (1)` }));
    await expect(tx.late()).rejects.toMatchObject({ code: 'CONNECTION_ENDED' });
    expect(await kept()).toEqual([]);
  });

  it('has a connection to itself, and others wait for theirs', async () => {
    const few = openDb(way.url, { connections: 1 });
    try {
      const order: string[] = [];
      const first = few.sql.begin(async (tx) => {
        await tx`SELECT 1`;
        await sleep(50);
        order.push('transaction');
      });
      await few.sql`SELECT 1`;
      order.push('other');
      await first;
      expect(order).toEqual(['transaction', 'other']);
    } finally {
      await few.close();
    }
  });
});

it('a statement that cannot be built costs a connection, not the pool', async () => {
  for (let i = 0; i < 12; i++) {
    await expect(db.sql`SELECT ${undefined as unknown as string}`).rejects.toMatchObject({ code: 'UNDEFINED_VALUE' });
  }
  await works();
});

it('arrays of odd elements come back as they went', async () => {
  const texts = ['', 'a,b', '{}', '"quoted"', 'back\\slash', 'NULL', 'line\nbreak', 'ё'];
  const [row] = await db.sql`
    SELECT ${texts}::text[] AS texts, '{}'::text[] AS none, ARRAY['a', NULL] AS gaps, ARRAY[1, 2]::bigint[] AS big,
      ${db.sql.array(texts)} AS told`;
  expect(row).toEqual({ texts, none: [], gaps: ['a', null], big: [1n, 2n], told: texts });
});

it('gives up on a Postgres that hangs within five seconds, and not on a slow one', { timeout: 30_000 }, async () => {
  await works();
  const slow = books.db.sql`SELECT pg_sleep(6)`.then(() => 'slow, and answered');
  way.hang(true);
  const began = performance.now();
  const ends = await Promise.allSettled([
    ...Array.from({ length: 40 }, () => db.sql`SELECT 1`),
    db.sql.begin((tx) => tx`SELECT 1`),
    db.orm.execute(q`SELECT 1`),
  ]);
  expect(performance.now() - began).toBeLessThan(5_000);
  for (const end of ends) expect(end.status).toBe('rejected');
  way.hang(false);
  await works();
  expect(await slow).toBe('slow, and answered');
});

it('a cursor is refused, and keeps no connection', async () => {
  const read = async () => {
    for await (const rows of db.sql`SELECT generate_series(1, 9)`.cursor(2)) expect(rows).toHaveLength(0);
  };
  for (let i = 0; i < 12; i++) await expect(read()).rejects.toThrow('no cursors');
  await works();
});

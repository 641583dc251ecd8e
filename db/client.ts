/** The tagged templates of postgres.js on connections of our own: see db/pool.ts. */
import postgres from 'postgres';
import { addArrayTypes, type Codecs } from './array-types.ts';
import { createPool, type PoolOptions, type Statement } from './pool.ts';

export type Sql = postgres.Sql<{ bigint: bigint }>;

/** What an `Sql` can do here: build and run statements. */
type Speaker = Pick<Sql, 'json' | 'array' | 'unsafe' | 'options'>;

export function createClient(
  url: string,
  options: postgres.Options<{ bigint: postgres.PostgresType<bigint> }>,
  pooled: PoolOptions,
): Sql {
  // Builds statements and never connects.
  const words = postgres(url, { ...options, max: 1, idle_timeout: 0, max_lifetime: null, fetch_types: false });
  addArrayTypes(words.options as unknown as Codecs);
  const pool = createPool(words.options as unknown as postgres.Sql['options'], pooled);

  /** What builds statements that `run` carries out. */
  function speaker<More extends object>(run: (statement: Statement) => void, more: More): Speaker & More {
    const route = <T>(built: T): T => {
      if (isStatement(built)) built.handler = (statement) => (isCursor(statement) ? refuse(statement) : run(statement));
      return built;
    };
    const speak = (...parts: unknown[]) => route((words as unknown as (...parts: unknown[]) => unknown)(...parts));
    return Object.assign(speak, {
      options: words.options as unknown as Sql['options'],
      json: words.json,
      array: words.array,
      unsafe: ((...query: Parameters<Sql['unsafe']>) => route(words.unsafe(...query))) as Sql['unsafe'],
      ...more,
    }) as unknown as Speaker & More;
  }

  async function reserve() {
    const held = await pool.hold();
    return speaker(held.run, { release: held.release });
  }

  /** Like that of postgres.js, without savepoints. Rejects also where the connection is lost, and then nobody knows. */
  async function begin<T>(tell: (tx: Speaker) => T | Promise<T>): Promise<T> {
    const held = await pool.hold();
    let failed: { err: unknown } | undefined;
    const tx = speaker((statement) => {
      statement.then(undefined, (err: unknown) => {
        failed ??= { err };
      });
      held.run(statement);
    }, {});
    const order = async (word: string) => {
      const statement = words.unsafe(word) as unknown as Statement;
      statement.handler = held.run;
      await statement;
    };
    try {
      await order('BEGIN');
      try {
        const told = await tell(tx);
        if (!failed) await order('COMMIT');
        // Postgres answers the COMMIT of a transaction that has failed as if all was well; and a statement that nobody
        // waited for may have failed only now.
        if (failed) throw failed.err;
        return told;
      } catch (err) {
        // What cannot be rolled back ends with its connection, if that is not lost already.
        await order('ROLLBACK').catch(held.discard);
        throw err;
      }
    } finally {
      held.release();
    }
  }

  const end = async ({ timeout = 5 }: { timeout?: number } = {}) => await pool.end(timeout * 1000);
  return speaker(pool.run, { reserve, begin, end }) as unknown as Sql;
}

/** Its end is told to whoever reads it and to nobody else, so that its connection would count as busy for ever. */
const isCursor = ({ cursorRows }: Statement) => cursorRows !== undefined;

function refuse(statement: Statement): void {
  statement.reject(new Error('there are no cursors here: read in pages'));
}

function isStatement(built: unknown): built is Statement {
  return typeof built === 'object' && built !== null && 'handler' in built;
}

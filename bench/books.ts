import type { Db, Sql } from '../db/connection.ts';
import { idleStatements, statementsSoFar } from './statements.ts';

/** The product's books as the bench looks into them: its own looks are not among the statements that it counts. */
export interface Books {
  db: Db;
  look<T>(statement: (sql: Sql) => Promise<T>): Promise<T>;
  /** Of the product alone. */
  statements(): Promise<number>;
  /** Per second, while nothing is to do; measured on the first call. */
  idleStatements(): Promise<number>;
}

export function openBooks(db: Db): Books {
  let looks = 0;
  let idle: Promise<number> | undefined;
  return {
    db,
    look: (statement) => {
      looks++;
      return statement(db.sql);
    },
    statements: async () => (await statementsSoFar(db.sql)) - looks,
    idleStatements: () => {
      idle ??= idleStatements(db.sql);
      return idle;
    },
  };
}

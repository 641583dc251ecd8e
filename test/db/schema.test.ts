import { is } from 'drizzle-orm';
import { toSnakeCase } from 'drizzle-orm/casing';
import { getTableConfig, type PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as schema from '../../db/schema.ts';
import { type Books, openBooks } from './books.ts';

let books: Books;

beforeAll(async () => {
  books = await openBooks();
});
afterAll(() => books.close());

const tables = Object.values(schema).filter((value) => is(value, PgTable));
const configs = tables.map((table) => ({ ...getTableConfig(table), title: getTableConfig(table).name }));

function nameOf(column: PgColumn): string {
  return column.keyAsName ? toSnakeCase(column.name) : column.name;
}

describe('schema.ts and the migrated database', () => {
  it('have the same tables', async () => {
    const rows = await books.db.sql`
      SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        AND NOT relispartition ORDER BY relname`;
    expect(rows.map((row) => row.name)).toEqual(configs.map(({ name }) => name).sort());
  });

  it.each(configs)('$title: have the same columns', async ({ name, columns }) => {
    const rows = await books.db.sql`
      SELECT attname AS name, format_type(atttypid, atttypmod) AS type, attnotnull AS not_null,
        atthasdef OR attidentity <> '' AS has_default
      FROM pg_attribute WHERE attrelid = ${name}::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attname`;
    const described = columns
      .map((column) => ({
        name: nameOf(column),
        type: column.getSQLType(),
        notNull: column.notNull || column.primary,
        hasDefault: column.hasDefault || column.generatedIdentity !== undefined,
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    expect([...rows]).toEqual(described);
  });

  it.each(configs)(
    '$title: have the same keys and indexes',
    async ({ name, columns, indexes, primaryKeys, foreignKeys }) => {
      const rows = await books.db.sql`
      SELECT i.indisprimary AS "primary", i.indisunique AS "unique", i.indpred IS NOT NULL AS partial,
        array_to_json(ARRAY(SELECT pg_get_indexdef(i.indexrelid, n, true) FROM generate_series(1, i.indnatts) n)) AS columns
      FROM pg_index i WHERE i.indrelid = ${name}::regclass`;
      const described = [
        ...columns
          .filter((c) => c.primary)
          .map((c) => ({ primary: true, unique: true, partial: false, columns: [nameOf(c)] })),
        ...columns
          .filter((c) => c.isUnique)
          .map((c) => ({ primary: false, unique: true, partial: false, columns: [nameOf(c)] })),
        ...primaryKeys.map((key) => ({
          primary: true,
          unique: true,
          partial: false,
          columns: key.columns.map(nameOf),
        })),
        ...indexes.map(({ config }) => ({
          primary: false,
          unique: config.unique,
          partial: config.where !== undefined,
          columns: config.columns.map((column) => nameOf(column as PgColumn)),
        })),
      ];
      const sorted = (list: object[]) => list.map((item) => JSON.stringify(item)).sort();
      expect(
        sorted(rows.map(({ primary, unique, partial, columns: of }) => ({ primary, unique, partial, columns: of }))),
      ).toEqual(sorted(described));
      const foreign = await books.db.sql`
      SELECT confrelid::regclass::text AS table FROM pg_constraint WHERE conrelid = ${name}::regclass AND contype = 'f'`;
      expect(foreign.map((row) => row.table).sort()).toEqual(
        foreignKeys.map((key) => getTableConfig(key.reference().foreignTable).name).sort(),
      );
    },
  );

  it('say the same of the parts that indexes cover', async () => {
    const described = configs.flatMap(({ indexes }) =>
      indexes.flatMap(({ config }) => (config.where ? [{ name: config.name ?? '', where: config.where }] : [])),
    );
    expect(described.length).toBeGreaterThan(5);
    for (const { name, where } of described) {
      const text = where.queryChunks.map((chunk) => (chunk as { value?: string[] }).value?.join('') ?? '').join('');
      const [index] = await books.db.sql`
        SELECT pg_get_expr(indpred, indrelid) AS predicate, indrelid::regclass::text AS table
        FROM pg_index WHERE indexrelid = ${name}::regclass`;
      const same = await books.db.sql.begin(async (tx) => {
        await tx.unsafe(`CREATE TEMP TABLE probe (LIKE ${index?.table}) ON COMMIT DROP`);
        await tx.unsafe(`CREATE INDEX probe_index ON probe ((1)) WHERE ${text}`);
        const [row] = await tx`
          SELECT pg_get_expr(indpred, indrelid) AS predicate FROM pg_index WHERE indexrelid = 'probe_index'::regclass`;
        return row;
      });
      expect([name, same?.predicate]).toEqual([name, index?.predicate]);
    }
  });
});

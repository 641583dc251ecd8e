import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFinal, REPORTED_STATUSES, reportReplaces, SOURCES, STATUSES } from '../../sms/status.ts';
import { type Books, openBooks } from './books.ts';

let books: Books;

beforeAll(async () => {
  books = await openBooks();
});
afterAll(() => books.close());

describe('the rules of status in SQL', () => {
  it('replace by a report exactly what sms/status.ts replaces', async () => {
    const cases = STATUSES.flatMap((held) =>
      [...SOURCES, null].flatMap((source) => REPORTED_STATUSES.map((reported) => ({ held, source, reported }))),
    );
    const rows = await books.db.sql`
      SELECT held, source, reported, report_replaces(held, source, reported) AS replaces
      FROM jsonb_to_recordset(${books.db.sql.json(cases)}) AS c(held text, source text, reported text)`;
    expect(rows).toHaveLength(STATUSES.length * (SOURCES.length + 1) * REPORTED_STATUSES.length);
    expect([...rows]).toEqual(cases.map((c) => ({ ...c, replaces: reportReplaces(c.held, c.source, c.reported) })));
  });

  it('call the same statuses final', async () => {
    const rows = await books.db.sql`
      SELECT s AS status, is_final(s) AS final FROM unnest(${[...STATUSES]}::text[]) AS s`;
    expect([...rows]).toEqual(STATUSES.map((status) => ({ status, final: isFinal(status) })));
  });
});

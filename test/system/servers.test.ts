import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import postgres from 'postgres';
import { describe, expect, inject, it } from 'vitest';
import { SEARCH_ATTRIBUTES } from '../../sms/names.ts';
import { freshDatabase } from '../setup/database.ts';
import { freshNamespace } from '../setup/namespace.ts';

describe('what a test file gets of its own', () => {
  it('is a database with the migrations, apart from the others, that goes away', async () => {
    const [one, two] = await Promise.all([freshDatabase(), freshDatabase()]);
    const tables = async (url: string) => {
      const sql = postgres(url, { max: 1 });
      try {
        return (await sql`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`).map((row) => row.tablename);
      } finally {
        await sql.end();
      }
    };
    const sql = postgres(one.url, { max: 1 });
    await sql`CREATE TABLE only_here (id int)`;
    await sql.end();
    expect(await tables(one.url)).toEqual(expect.arrayContaining(['messages', 'only_here']));
    expect(await tables(two.url)).toContain('messages');
    expect(await tables(two.url)).not.toContain('only_here');
    await Promise.all([one.drop(), two.drop()]);
    await expect(tables(one.url)).rejects.toThrow(/does not exist/);
  });

  it('is a namespace with our search attributes, apart from the others', async () => {
    const connection = await Connection.connect({ address: inject('temporalAddress') });
    try {
      const [namespace, other] = await Promise.all([freshNamespace(connection), freshNamespace(connection)]);
      const client = new Client({ connection, namespace });
      const key = defineSearchAttributeKey(SEARCH_ATTRIBUTES.sender, 'KEYWORD');
      const options = { taskQueue: 'nobody', workflowId: 'one', args: [] };
      const handle = await client.workflow.start('none', {
        ...options,
        typedSearchAttributes: [{ key, value: 'ivan' }],
      });
      expect((await handle.describe()).typedSearchAttributes.get(key)).toBe('ivan');
      const elsewhere = new Client({ connection, namespace: other }).workflow.getHandle('one');
      await expect(elsewhere.describe()).rejects.toThrow(/not found/i);
    } finally {
      await connection.close();
    }
  });
});

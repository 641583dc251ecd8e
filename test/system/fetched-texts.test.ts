/** Texts from phones that the gateway does not push: fetched once, in order, and never lost between two steps. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storePulled } from '../../db/pulls.ts';
import { phone } from './phones.ts';
import { addSenders } from './senders.ts';
import { eventually, type System, startSystem } from './system.ts';

let system: System;

beforeAll(async () => {
  system = await startSystem({ env: { PULL_EVERY_S: '0.5' } });
  await addSenders(
    system,
    'fetched',
    () => ({}),
    (gateway) => `${gateway}-fetched`,
  );
});
afterAll(() => system?.stop());

const say = (from: string, text: string) => system.control('inbound', { wire: 'smsc', login: 'fetched', from, text });

const entriesOf = (to: string) => system.db.sql`SELECT source FROM suppressions WHERE phone = ${to}`;

async function pulls(): Promise<number> {
  const { requests } = await system.control<{ requests: { call: string; login?: string }[] }>('book');
  return requests.filter(({ call, login }) => call === 'inbound' && login === 'fetched').length;
}

describe('texts that are fetched', () => {
  it('takes back a STOP by a START, and does not do the STOP again at the next time', async () => {
    const from = phone('smsc');
    await say(from, 'STOP');
    await eventually(
      () => entriesOf(from),
      (entries) => entries.length > 0,
    );
    await say(from, 'START');
    await eventually(
      () => entriesOf(from),
      (entries) => entries.length === 0,
    );
    const before = await pulls();
    await eventually(pulls, (count) => count >= before + 3);
    expect(await entriesOf(from)).toHaveLength(0);
  });

  it('keeps each text once, with where the last answer ended', async () => {
    const from = phone('smsc');
    await say(from, 'Hello');
    const texts = () => system.db.sql`SELECT text FROM inbound WHERE phone = ${from}`;
    await eventually(texts, (rows) => rows.length > 0);
    const before = await pulls();
    await eventually(pulls, (count) => count >= before + 2);
    expect(await texts()).toHaveLength(1);
    const { gatewayAccountId } = await system.sender('smsc-fetched');
    const [account] = await system.db.sql`
      SELECT pull_cursor, pulled_at, pull_failure FROM gateway_accounts WHERE id = ${gatewayAccountId}`;
    expect(account?.pullCursor).toMatch(/^\d+$/);
    expect(account?.pullFailure).toBeNull();
  });

  it('works through an answer that was stored by a process that then died', async () => {
    const from = phone('smsc');
    const { id: senderId, gatewayAccountId } = await system.sender('smsc-fetched');
    const answer = [{ id: 4_000_000_001, phone: from.slice(1), to_phone: '79990000001', message: 'STOP' }];
    await storePulled(
      system.db,
      { senderId, gatewayAccountId, path: '', query: '', headers: {}, body: Buffer.from(JSON.stringify(answer)) },
      null,
    );
    await eventually(
      () => entriesOf(from),
      ([entry]) => entry?.source === 'stop-word',
      20_000,
    );
  });

  it('has one workflow for the account, whose history does not grow', async () => {
    const { gatewayAccountId } = await system.sender('smsc-fetched');
    const handle = system.temporal.workflow.getHandle(`inbound/${gatewayAccountId}`);
    const { status, historyLength } = await handle.describe();
    expect(status.name).toBe('RUNNING');
    // However often it was fetched.
    expect(historyLength).toBeLessThan(12);
  });

  it('notes why texts cannot be fetched, and goes on when they can', async () => {
    const { gatewayAccountId } = await system.sender('smsc-fetched');
    const failure = async () => {
      const [account] = await system.db.sql`SELECT pull_failure FROM gateway_accounts WHERE id = ${gatewayAccountId}`;
      return account?.pullFailure;
    };
    await system.control('accounts', { wire: 'smsc', login: 'fetched', revoked: true });
    await eventually(failure, (words) => /^auth/.test(words ?? ''));
    await system.control('accounts', { wire: 'smsc', login: 'fetched', revoked: false });
    await eventually(failure, (words) => words === null);
    const from = phone('smsc');
    await say(from, 'STOP');
    await eventually(
      () => entriesOf(from),
      (entries) => entries.length > 0,
    );
  });
});

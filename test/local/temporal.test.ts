import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identityOf } from '../../local/identity.ts';
import { isFree } from '../../local/ports.ts';
import { startTemporal, type Temporal } from '../../local/temporal.ts';
import { findTemporal } from '../../local/temporal-binary.ts';
import { SEARCH_ATTRIBUTES } from '../../sms/names.ts';

let folder: string;
let binary: string;
const started: Temporal[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'durable-sms-temporal-'));
  binary = (await findTemporal({ env: process.env, dataDir: folder, say: () => undefined })).path;
}, 300_000);

afterAll(async () => {
  await Promise.all(started.map((server) => server.stop()));
  rmSync(folder, { recursive: true });
});

async function start(name: string, namespace?: string): Promise<Temporal> {
  const server = await startTemporal({ dataDir: join(folder, name), binary, ...(namespace && { namespace }) });
  started.push(server);
  return server;
}

async function ask<T>({ address, namespace }: Temporal, question: (client: Client) => Promise<T>): Promise<T> {
  const channelArgs = { 'grpc.use_local_subchannel_pool': 1 };
  const connection = await Connection.connect({ address, channelArgs });
  try {
    return await question(new Client({ connection, namespace }));
  } finally {
    await connection.close();
  }
}

const begin = (server: Temporal) =>
  ask(server, (client) => client.workflow.start('deliverSms', { taskQueue: 'nobody', workflowId: 'one', args: [] }));
const status = (server: Temporal) =>
  ask(server, async (client) => (await client.workflow.getHandle('one').describe()).status.name);

describe('our Temporal', () => {
  it('keeps workflows over a stop and over kill -9, and leaves no process and no port', {
    timeout: 60_000,
  }, async () => {
    const first = await start('kept');
    await begin(first);
    await first.stop();
    expect(identityOf(first.pid)).toBeUndefined();
    expect(await isFree(Number(first.address.split(':')[1]))).toBe(true);
    expect(await isFree(Number(new URL(first.uiUrl).port))).toBe(true);

    const second = await start('kept');
    expect(await status(second)).toBe('RUNNING');
    await second.killHard();

    const third = await start('kept');
    expect(await status(third)).toBe('RUNNING');
  });

  it('has our search attributes in the namespace that is asked for, and shows its UI', {
    timeout: 60_000,
  }, async () => {
    const server = await start('named', 'shop');
    const found = await ask(server, ({ connection }) =>
      connection.operatorService.listSearchAttributes({ namespace: 'shop' }),
    );
    expect(Object.keys(found.customAttributes ?? {})).toEqual(expect.arrayContaining(Object.values(SEARCH_ATTRIBUTES)));
    expect((await fetch(server.uiUrl)).status).toBe(200);
  });

  it('runs side by side with another', async () => {
    const [one, two] = await Promise.all([start('left'), start('right')]);
    await begin(one);
    expect(await status(one)).toBe('RUNNING');
    await expect(status(two)).rejects.toThrow(/not found/i);
  });

  it('says why it cannot start', async () => {
    const broken = startTemporal({ dataDir: join(folder, 'broken'), binary: '/bin/false' });
    await expect(broken).rejects.toThrow(/temporal has ended \(exit code 1\)/);
  });
});

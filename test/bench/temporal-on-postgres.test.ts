/** The server with Postgres as its store does what the product relies on, as the development server does. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTemporalOnPostgres, type TemporalOnPostgres } from '../../bench/temporal-on-postgres.ts';
import { builtServer, VERSION } from '../../bench/temporal-server/binaries.ts';
import { keepFolder, removeFolderIfKilled } from '../../local/watchdog.ts';
import { SEARCH_ATTRIBUTES } from '../../sms/names.ts';
import { passable } from '../setup/folder.ts';
import {
  activityWorker,
  backlogOf,
  limitQueue,
  named,
  openProbe,
  type Probe,
  Starts,
  startTimes,
  workflow,
} from '../temporal/probe.ts';

const BUILD_MS = 60 * 60_000;
const canBuild = () => spawnSync('go', ['version']).status === 0;
const isThere = builtServer({ env: process.env, dataDir: process.cwd() }) !== undefined;

describe.runIf(isThere || canBuild())('Temporal on Postgres (FULL; Go there, or built before)', () => {
  const broken: string[] = [];
  let folder: string;
  let temporal: TemporalOnPostgres;
  let probe: Probe;

  beforeAll(async () => {
    folder = passable('durable-sms-bench-');
    removeFolderIfKilled(folder);
    const place = {
      clone: process.cwd(),
      dataDir: folder,
      say: (line: string) => process.stdout.write(`${line}\n`),
      onBreak: (message: string) => broken.push(message),
    };
    probe = await openProbe(async () => {
      temporal = await startTemporalOnPostgres(place, { ...process.env, TEMPORAL_API_KEY: 'of another server' });
      return { address: temporal.address, stop: () => stop(temporal) };
    });
  }, BUILD_MS);

  afterAll(async () => {
    const brokenBefore = [...broken];
    await probe?.close();
    rmSync(folder, { recursive: true, force: true });
    keepFolder(folder);
    expect(brokenBefore).toEqual([]);
  });

  it('is of the pinned version, and leads the product’s processes to itself alone', async () => {
    const { serverVersion } = await probe.client.workflowService.getSystemInfo({});
    expect(serverVersion).toBe(VERSION);
    expect(temporal.version).toBe(VERSION);
    expect(temporal.env).toMatchObject({
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
    });
    expect(temporal.env).not.toHaveProperty('TEMPORAL_API_KEY');
  });

  it('keeps workflows, with our search attributes, in a Postgres of its own', async () => {
    const connection = await Connection.connect({ address: temporal.address });
    const { workflow: workflows } = new Client({ connection, namespace: temporal.namespace });
    const key = defineSearchAttributeKey(SEARCH_ATTRIBUTES.sender, 'KEYWORD');
    const workflowId = named('kept');
    try {
      await workflows.start('none', {
        taskQueue: 'nobody',
        workflowId,
        args: [],
        typedSearchAttributes: [{ key, value: workflowId }],
      });
      const query = `${SEARCH_ATTRIBUTES.sender} = '${workflowId}'`;
      await vi.waitFor(async () => expect((await workflows.count(query)).count).toBe(1), 10_000);
    } finally {
      await connection.close();
    }
    expect(await rows(temporal.storeUrl, 'current_executions', workflowId)).toBe(1);
    expect(await rows(temporal.visibilityUrl, 'executions_visibility', workflowId)).toBe(1);
  });

  it('pauses a queue by a limit of 0, then hands out what waits by priority, at the limit', async () => {
    const { client, native, workflows } = probe;
    const taskQueue = named('send');
    const starts = new Starts();
    await limitQueue(client, taskQueue, 0);
    const worker = await activityWorker(native, taskQueue, starts.act, 1);
    const names = Array.from({ length: 30 }, (_, index) => `n${index}:${[5, 3, 1][index % 3]}`);
    const run = workflow(workflows, names, { taskQueue });
    await worker.runUntil(async () => {
      const done = client.workflow.execute('manyActivities', run);
      await backlogOf(client, taskQueue, names.length);
      expect(starts.seen).toEqual([]);
      await limitQueue(client, taskQueue, 10);
      await done;
    });
    const keys = starts.seen.map(({ name }) => name.split(':')[1]).join('');
    expect(keys).toBe('1'.repeat(10) + '3'.repeat(10) + '5'.repeat(10));
    const times = await startTimes(client, run.workflowId);
    const burst = 10; // a second's worth may go at once
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(((names.length - burst - 1) / 10) * 1000);
  });
});

async function stop({ processes }: TemporalOnPostgres): Promise<void> {
  await processes.temporal.stop();
  await processes['temporal-postgres'].stop();
}

async function rows(url: string, table: string, workflowId: string): Promise<number> {
  const sql = postgres(url, { max: 1 });
  try {
    return (await sql`SELECT 1 FROM ${sql(table)} WHERE workflow_id = ${workflowId}`).length;
  } finally {
    await sql.end();
  }
}

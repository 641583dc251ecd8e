/**
 * Recorded deliveries of every path must replay with the code of today, or those that are under way when it is deployed
 * would get stuck. A change that cannot replay needs `patched()`; new recordings: see test/system/histories.test.ts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { beforeAll, expect, it } from 'vitest';
import { bundleWorkflows } from '../../workers/bundle.ts';

const FOLDER = fileURLToPath(new URL('../histories/', import.meta.url));
const PATHS = readdirSync(FOLDER).map((file) => file.replace('.json', ''));

let bundle: { code: string };

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  bundle = await bundleWorkflows();
});

async function replay(name: string, json: string): Promise<void> {
  await Worker.runReplayHistory({ workflowBundle: bundle }, JSON.parse(json), name);
}

const recorded = (path: string) => readFileSync(`${FOLDER}${path}.json`, 'utf8');

it('there are recordings of every path', () => {
  expect(PATHS.length).toBeGreaterThanOrEqual(8);
});

it.each(PATHS)('%s', async (path) => {
  await replay(path, recorded(path));
});

it('a delivery that went another way does not replay', async () => {
  const other = recorded('report-in-time').replaceAll('"sendSms"', '"sendAnotherSms"');
  await expect(replay('another', other)).rejects.toThrow(/[Nn]ondeterminism/);
});

/**
 * Recorded workflows of every path must replay with the code of today, or those that are under way when it is deployed
 * would get stuck. A change that cannot replay needs `patched()`; new recordings: see histories.test.ts and
 * more-histories.test.ts in test/system.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { beforeAll, expect, it } from 'vitest';
import { bundleWorkflows } from '../../workers/bundle.ts';
import { SIGNALS } from '../../workflows/contract.ts';
import * as workflows from '../../workflows/index.ts';

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

/** Names that stand under a key anywhere in the recordings. */
function named(pattern: RegExp): string[] {
  const all = PATHS.flatMap((path) => [...recorded(path).matchAll(pattern)].map(([, name = '']) => name));
  return [...new Set(all)].sort();
}

it('there are recordings of every workflow, step and signal, of time-outs, and of a loop that begins anew', () => {
  expect(PATHS.length).toBeGreaterThanOrEqual(27);
  expect(named(/"workflowType":\s*\{\s*"name":\s*"(\w+)"/g)).toEqual(Object.keys(workflows).sort());
  expect(named(/"activityType":\s*\{\s*"name":\s*"(\w+)"/g)).toEqual(STEPS);
  expect(named(/"signalName":\s*"(\w+)"/g)).toEqual(Object.values(SIGNALS).sort());
  expect(named(/"(activityTaskTimedOut|timerFired|markerRecorded)EventAttributes"/g)).toHaveLength(3);
  expect(named(/"(workflowExecutionContinuedAsNew)EventAttributes"/g)).toHaveLength(1);
  expect(named(/"retryState":\s*"(RETRY_STATE_TIMEOUT)"/g)).toHaveLength(1);
});

/** As in workflows/contract.ts, but for the local one, which is a marker. */
const STEPS = [
  'followUncertainPolicy',
  'keepHouse',
  'pollStatus',
  'probeSender',
  'pullTexts',
  'sendSms',
  'settle',
  'tryAccess',
];

it.each(PATHS)('%s', async (path) => {
  await replay(path, recorded(path));
});

it.each([
  ['report-in-time', 'sendSms'],
  ['report-late-polled', 'pollStatus'],
  ['uncertain-sent-again-by-policy', 'followUncertainPolicy'],
  ['sent-and-never-told-of', 'settle'],
  ['housekeeping', 'keepHouse'],
  ['texts-are-fetched', 'pullTexts'],
  ['a-sender-is-tested-by-its-login', 'tryAccess'],
  ['a-sender-is-tested-by-a-message', 'probeSender'],
])('%s: does not replay where it called something else than %s', async (path, step) => {
  const other = recorded(path).replaceAll(`"${step}"`, '"another"');
  expect(other).not.toBe(recorded(path));
  await expect(replay('another', other)).rejects.toThrow(/[Nn]ondeterminism/);
});

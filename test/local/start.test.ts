import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { identityOf } from '../../local/identity.ts';
import { accepts } from '../../local/ports.ts';
import { passable } from '../setup/folder.ts';

const SCRIPT = join(import.meta.dirname, '../../local/start.js');
const OURS = /^(DATABASE_|TEMPORAL_(?!CLI_PATH)|PUBLIC_URL|SECRET_KEYS|PORT|HOST|SIMULATOR_|NODE_OPTIONS|VITEST)/;
const PAGE_WITHIN_MS = 240_000;

let dataDir: string;
let running: Start | undefined;

beforeAll(() => {
  dataDir = passable('durable-sms-start-');
});

afterEach(async () => {
  if (running) await end(running, 'SIGTERM');
});

afterAll(() => rmSync(dataDir, { recursive: true, maxRetries: 5 }));

interface Start {
  process: ChildProcess;
  /** All that it has printed. */
  printed: () => string;
}

function start(): Start {
  const own = Object.entries(process.env).filter(([name]) => !OURS.test(name));
  const child = spawn(process.execPath, [SCRIPT], {
    env: { ...Object.fromEntries(own), DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (printed += chunk));
  return { process: child, printed: () => printed };
}

async function startAndRead(): Promise<Start> {
  running = start();
  const deadline = Date.now() + PAGE_WITHIN_MS;
  while (!running.printed().includes('Ctrl-C stops everything')) {
    if (running.process.exitCode !== null || Date.now() > deadline) throw new Error(running.printed());
    await sleep(100);
  }
  return running;
}

async function end({ process }: Start, signal: NodeJS.Signals): Promise<unknown> {
  running = undefined;
  if (process.exitCode !== null) return process.exitCode;
  const exit = once(process, 'exit');
  process.kill(signal);
  const [code] = await exit;
  return code;
}

const pidOf = (name: string): number => JSON.parse(readFileSync(join(dataDir, `${name}.pid`), 'utf8')).pid;
const PARTS = ['simulator', 'worker', 'api', 'postgres/postgres', 'temporal/temporal'];

/** Runs the command that the page offers, as a person pastes it. */
function paste(page: string): { id: string } {
  const command = /^ {2}curl[\s\S]*?'\{.*\}'$/m.exec(page)?.[0];
  return JSON.parse(execFileSync('sh', ['-c', command ?? 'false'], { encoding: 'utf8', stdio: 'pipe' }));
}

async function message(page: string, id: string): Promise<{ status: string; text: string }> {
  const [api, key] = [/API +(\S+)/.exec(page)?.[1], /Bearer (\S+)'/.exec(page)?.[1]];
  const answer = await fetch(`${api}/v1/messages/${id}`, { headers: { authorization: `Bearer ${key}` } });
  return (await answer.json()) as { status: string; text: string };
}

/** With the administrator's key, from the file that the page names. */
async function accountsSeen(page: string): Promise<string[]> {
  const [api, file = ''] = [/API +(\S+)/.exec(page)?.[1], /Admin key +in (\S+)/.exec(page)?.[1]];
  const headers = { authorization: `Bearer ${readFileSync(file, 'utf8').trim()}` };
  const answer = await fetch(`${api}/v1/accounts`, { headers });
  const { accounts } = (await answer.json()) as { accounts: { name: string }[] };
  return accounts.map(({ name }) => name);
}

describe('npm start', { timeout: 2 * PAGE_WITHIN_MS }, () => {
  it('sends the SMS of its page, ends on Ctrl-C without a trace, and finds its data again', async () => {
    const first = await startAndRead();
    const { id } = paste(first.printed());
    await expect.poll(() => message(first.printed(), id), { timeout: 30_000 }).toMatchObject({ status: 'delivered' });
    expect(await accountsSeen(first.printed())).toEqual(['demo']);
    const [, adminPages = ''] = /Admin pages +(\S+)/.exec(first.printed()) ?? [];
    expect(await (await fetch(adminPages)).text()).toContain('<div id="root">');

    const pids = PARTS.map(pidOf);
    expect(await end(first, 'SIGINT')).toBe(0);
    expect(pids.map(identityOf)).toEqual(PARTS.map(() => undefined));
    for (const [, port] of first.printed().matchAll(/http:\/\/127\.0\.0\.1:(\d+)/g)) {
      expect(await accepts(Number(port)), `port ${port}`).toBe(false);
    }
    expect(existsSync(join(dataDir, 'lock'))).toBe(false);

    const second = await startAndRead();
    expect([first, second].map(({ printed }) => printed().includes('Building the admin pages'))).toEqual([true, false]);
    expect(await message(second.printed(), id)).toMatchObject({ status: 'delivered', text: 'Hello' });

    const third = start();
    expect(await once(third.process, 'exit')).toEqual([1, null]);
    expect(third.printed()).toMatch(new RegExp(`runs already with its data in ${dataDir}`));

    process.kill(pidOf('worker'), 'SIGKILL');
    expect(await once(second.process, 'exit')).toEqual([1, null]);
    expect(second.printed()).toMatch(/worker has ended \(SIGKILL\)\. The end of .*worker\.log/);
  });
});

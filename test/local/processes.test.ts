import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identityOf } from '../../local/identity.ts';
import { type Child, readyLine, startChild, trouble } from '../../local/processes.ts';
import { run } from '../../local/run.ts';

let folder: string;
const children: Child[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'durable-sms-processes-'));
});

afterEach(async () => {
  for (const child of children.splice(0)) if (!child.hasEnded()) await child.killHard();
  rmSync(folder, { recursive: true });
});

async function node(code: string, options: { stopWithinMs?: number; name?: string } = {}): Promise<Child> {
  const { name = 'part', ...limits } = options;
  const child = await startChild({
    name,
    folder,
    command: process.execPath,
    args: ['-e', code],
    env: { ...process.env, NODE_OPTIONS: '' },
    ...limits,
  });
  children.push(child);
  return child;
}

const READY = 'console.log("a line"); console.log(JSON.stringify({ ready: true, url: "x" }));';
const STAYS = `${READY} setInterval(() => {}, 1000);`;

async function until(condition: () => boolean, withinMs = 10_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('it did not come about in time');
    await sleep(20);
  }
}

describe('a child process', () => {
  it('is ready when it says so, and ends in order when asked', async () => {
    const child = await node(`${STAYS} process.on('SIGTERM', () => { console.log('bye'); process.exit(0); })`);
    expect(await readyLine(child, 10_000)).toEqual({ ready: true, url: 'x' });
    await child.stop();
    expect(await child.ended).toBe('exit code 0');
    expect(readFileSync(child.logFile, 'utf8')).toMatch(/a line\n.*\nbye\n/);
    expect(statSync(child.logFile).mode & 0o777).toBe(0o600);
    expect(existsSync(join(folder, 'part.pid'))).toBe(false);
  });

  it('is killed, with what it started, if it does not end in time', async () => {
    const grandchild = `require('child_process').spawn('sleep', ['1000'], { stdio: 'ignore' }).pid`;
    const child = await node(
      `process.on('SIGTERM', () => {}); const pid = ${grandchild}; console.log(JSON.stringify({ ready: true, pid }));
       setInterval(() => {}, 1000)`,
      { stopWithinMs: 200 },
    );
    const { pid } = await readyLine(child, 10_000);
    await child.stop();
    expect(await child.ended).toBe('SIGKILL');
    await until(() => identityOf(Number(pid)) === undefined);
  });

  it('that ends before it is ready is reported with the end of its log', async () => {
    const child = await node('console.error("no such table"); process.exit(3)');
    await expect(readyLine(child, 10_000)).rejects.toThrow(/part has ended \(exit code 3\)[\s\S]*no such table/);
    expect(await trouble(child, '')).toContain('no such table');
  });

  it('that says nothing is reported after the time limit', async () => {
    const child = await node('setInterval(() => {}, 1000)');
    await expect(readyLine(child, 200)).rejects.toThrow(/part was not ready within 0.2 s/);
  });

  it('that cannot be started at all is an error', async () => {
    await expect(startChild({ name: 'x', folder, command: '/no/such', args: [], env: {} })).rejects.toThrow(/ENOENT/);
  });

  it('that an earlier start left running is ended, but not another one with its process id', async () => {
    const left = await node(STAYS);
    await readyLine(left, 10_000);
    const again = await node(STAYS);
    expect(await left.ended).toBe('SIGINT');

    // Their start times, by which they are told apart, are in hundredths of a second.
    await sleep(50);
    const stranger = await node(STAYS, { name: 'stranger' });
    const pidFile = join(folder, 'part.pid');
    const { identity } = JSON.parse(readFileSync(pidFile, 'utf8'));
    await again.stop();
    writeFileSync(pidFile, JSON.stringify({ pid: stranger.pid, identity }));
    await node(STAYS);
    expect(stranger.hasEnded()).toBe(false);
  });

  it('does not outlive a parent that is killed', async () => {
    const parent = startParent();
    try {
      const pidFile = join(folder, 'orphan.pid');
      await until(() => existsSync(join(folder, 'orphan.log')) && existsSync(pidFile), 20_000);
      await until(() => readFileSync(join(folder, 'orphan.log'), 'utf8').includes('ready'));
      const { pid } = JSON.parse(readFileSync(pidFile, 'utf8'));
      expect(identityOf(pid)).toBeDefined();
      parent.kill('SIGKILL');
      await until(() => identityOf(pid) === undefined);
      await until(() => !existsSync(join(folder, 'scratch')));
    } finally {
      parent.kill('SIGKILL');
    }
  });
});

/** A process of its own that starts a child and guards a folder, to be killed. */
function startParent(): ChildProcess {
  const url = (file: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../local', file)).href);
  const code = `
    import { mkdirSync } from 'node:fs';
    import { startChild } from ${url('processes.ts')};
    import { removeFolderIfKilled } from ${url('watchdog.ts')};
    const folder = ${JSON.stringify(folder)};
    mkdirSync(folder + '/scratch');
    removeFolderIfKilled(folder + '/scratch');
    const args = ['-e', ${JSON.stringify(STAYS)}];
    await startChild({ name: 'orphan', folder, command: process.execPath, args, env: process.env });`;
  const file = join(folder, 'parent.mts');
  writeFileSync(file, code);
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return spawn(process.execPath, ['--import', tsx, file], { env: { ...process.env, NODE_OPTIONS: '' } });
}

describe('a command', () => {
  it('returns what it prints, or fails with its last line', async () => {
    expect(await run('sh', ['-c', 'echo out; echo err >&2'], { timeoutMs: 10_000 })).toMatch(/out\n/);
    const failing = run('sh', ['-c', 'echo first; echo last >&2; exit 1'], { timeoutMs: 10_000 });
    await expect(failing).rejects.toThrow(/^last$/);
    await expect(run('/no/such', [], { timeoutMs: 10_000 })).rejects.toThrow('/no/such: not found');
  });

  it('is killed with all that it started at its time limit', async () => {
    const file = join(folder, 'pid');
    const hanging = run('sh', ['-c', `sleep 1000 & echo $! > ${file}; wait`], { timeoutMs: 300 });
    await expect(hanging).rejects.toThrow('no end within 0.3 s');
    await until(() => identityOf(Number(readFileSync(file, 'utf8'))) === undefined);
  });
});

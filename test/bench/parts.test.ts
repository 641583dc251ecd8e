import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cpuSeconds } from '../../bench/cpu.ts';
import { watchMemory } from '../../bench/memory.ts';
import { difference, processesByPart } from '../../bench/parts.ts';

let folder: string;
let busy: ChildProcess;

const WORK = `const kept = Buffer.alloc(60e6, 1);
for (const end = process.cpuUsage().user + 300_000; process.cpuUsage().user < end; );
process.stdout.write('done');
setInterval(() => kept, 1000);`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'durable-sms-bench-'));
  // As with Postgres, the pid file names the parent of those that work.
  const command = '"$0" -e "$1" & wait';
  const args = ['-c', command, process.execPath, WORK];
  busy = spawn('sh', args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  await new Promise((resolve) => busy.stdout?.once('data', resolve));
  write('worker-2.pid', process.pid);
  write('temporal-postgres/postgres.pid', busy.pid);
});
afterAll(() => {
  process.kill(-Number(busy.pid), 'SIGKILL');
  rmSync(folder, { recursive: true });
});

function write(name: string, pid: number | undefined): void {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), JSON.stringify({ pid, identity: '' }));
  writeFileSync(join(folder, name.replace(/pid$/, 'log')), 'nothing of interest');
}

describe.runIf(process.platform === 'linux')('the parts of the bench', () => {
  it('are the processes of the pid files, with their children', () => {
    const parts = processesByPart(folder);
    expect([...parts.keys()].sort()).toEqual(['temporal-postgres', 'worker']);
    expect(parts.get('worker')).toContain(process.pid);
    expect(parts.get('temporal-postgres')?.[0]).toBe(busy.pid);
    expect(parts.get('temporal-postgres')).toHaveLength(2);
  });

  it('have CPU seconds', () => {
    expect(cpuSeconds(folder)['temporal-postgres']).toBeGreaterThanOrEqual(0.2);
    expect(difference({ api: 5, worker: 3 }, { api: 2 })).toEqual({ api: 3, worker: 3 });
  });

  it('have memory, of all their processes', () => {
    expect(watchMemory(folder)()['temporal-postgres']).toBeGreaterThan(60);
  });
});

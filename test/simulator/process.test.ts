import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { start } from './kit.ts';

const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function run(file: string, env: Record<string, string> = {}) {
  const path = new URL(`../../${file}`, import.meta.url).pathname;
  const child = spawn(process.execPath, ['--import', 'tsx', path], { env: { ...process.env, ...env } });
  children.push(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const firstLine = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      if (said.out.includes('\n')) resolve(said.out.split('\n')[0] ?? '');
    });
    child.on('exit', () => reject(new Error(said.err)));
  });
  firstLine.catch(() => undefined);
  return { child, said, ended, firstLine };
}

describe('the process of the simulator', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('says where it is, serves, and ends cleanly upon %s', async (signal) => {
    const { child, said, ended, firstLine } = run('local/simulator/main.ts', {
      SIMULATOR_PORT: '0',
      SIMULATOR_REPORT_DELAY_MS: '50',
    });
    const ready = JSON.parse(await firstLine);
    expect(ready).toEqual({ ready: true, url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
    expect((await fetch(`${ready.url}/_control/book`)).status).toBe(200);
    child.kill(signal);
    expect(await ended).toBe(0);
    expect(said.out.trim().split('\n')).toHaveLength(1);
    expect(said.err).not.toMatch(/error/i);
  });

  it('says why it cannot start', async () => {
    const { port } = await start();
    const taken = run('local/simulator/main.ts', { SIMULATOR_PORT: String(port) });
    expect(await taken.ended).toBe(1);
    expect(taken.said.err).toContain('EADDRINUSE');
    const odd = run('local/simulator/main.ts', { SIMULATOR_PORT: 'x' });
    expect(await odd.ended).toBe(1);
    expect(odd.said.err).toContain('SIMULATOR_PORT must be a whole number');
  });
});

describe('close', () => {
  it('leaves no timer and no socket that keeps the process', async () => {
    const { ended, said, firstLine } = run('test/simulator/closing.ts');
    expect(await firstLine).toBe('closed');
    const closed = performance.now();
    expect(await ended).toBe(0);
    expect(performance.now() - closed).toBeLessThan(10_000);
    expect(said.err).not.toMatch(/error/i);
  });

  it('refuses connections afterwards', async () => {
    const simulator = await start();
    await simulator.close();
    await expect(fetch(`${simulator.url}/_control/book`)).rejects.toThrow();
  });
});

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identityOf } from '../../local/identity.ts';

/** In place of the system's folder for temporary files. */
let temporary: string;

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'durable-sms-temporary-'));
});

afterEach(() => {
  rmSync(temporary, { recursive: true });
});

/** A program that has started a process, which prints its number, and goes on with `then`. */
function start(then: string): ChildProcessByStdio<null, Readable, Readable> {
  const url = (file: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../local', file)).href);
  const file = join(temporary, 'program.mts');
  writeFileSync(
    file,
    `import { startChild } from ${url('processes.ts')};
     import { runInTemporaryFolder } from ${url('temporary-folder.ts')};
     await runInTemporaryFolder('try', async (folder, fail) => {
       const args = ['-e', 'setInterval(() => {}, 1000)'];
       const { pid } = await startChild({ name: 'part', folder, command: process.execPath, args, env: process.env });
       console.log(pid);
       ${then}
     });`,
  );
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return spawn(process.execPath, ['--import', tsx, file], {
    env: { ...process.env, NODE_OPTIONS: '', TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

const folders = () => readdirSync(temporary).filter((name) => name.startsWith('durable-sms-try-'));

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 10_000; !condition(); await sleep(20)) {
    if (Date.now() > deadline) throw new Error('it did not come about in time');
  }
}

describe('a program in a temporary folder', () => {
  it.each([
    ['comes to its end', 'return 0;', 0, /^$/],
    ['tells an exit code of its own', 'return 7;', 7, /^$/],
    ['fails', "throw new Error('no such sender');", 1, /no such sender/],
    [
      'is told to fail from elsewhere',
      "fail(new Error('a part broke')); await new Promise(() => {});",
      1,
      /a part broke/,
    ],
    [
      'fails where nobody waits',
      "setTimeout(() => { throw new Error('later'); }, 50); await new Promise(() => {});",
      1,
      /later/,
    ],
    ['is stopped', "process.kill(process.pid, 'SIGTERM'); await new Promise(() => {});", 143, /Stopping/],
    ['is killed', "process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});", null, /^$/],
  ])('leaves nothing behind when it %s', async (_, then, exitCode, says) => {
    const program = start(then);
    const [stdout, stderr, [code]] = await Promise.all([
      text(program.stdout),
      text(program.stderr),
      once(program, 'close'),
    ]);
    expect(code).toBe(exitCode);
    expect(stderr).toMatch(says);
    const pid = Number(stdout);
    expect(pid).toBeGreaterThan(0);
    await until(() => identityOf(pid) === undefined && folders().length === 0);
  });
});

/** The short form of `npm run chaos`: all parts are its own, so that it may kill them. docs/reliability.md has the long ones. */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';

/** Without the Node options of the test's own process. */
const { NODE_OPTIONS: _, ...env } = process.env;

it('keeps all promises while everything goes wrong', { timeout: 240_000 }, async () => {
  const { code, output } = await chaos('--seed', '1', '--seconds', '24', '--rate', '8', '--validity', '24');
  expect(code, output).toBe(0);
  expect(output).toMatch(/^All promises were kept/m);
});

it.runIf(process.env.FULL)('keeps them over two runs on the same data', { timeout: 400_000 }, async () => {
  const short = ['--seconds', '16', '--rate', '8', '--validity', '24'];
  const first = await chaos('--seed', '2', ...short, '--keep');
  const folder = /^Logs and data of all parts: (.+)$/m.exec(first.output)?.[1] ?? '';
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  expect(first.code, first.output).toBe(0);
  const second = await chaos('--seed', '3', ...short, '--onto', folder);
  expect(second.code, second.output).toBe(0);
  const messages = ({ output }: { output: string }) => Number(/^ledger +kept +(\d+) messages/m.exec(output)?.[1]);
  expect(messages(second)).toBeGreaterThan(messages(first) + 30);
});

async function chaos(...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['test/chaos/run.js', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeEvidence } from '../checker/evidence-file.ts';
import { readLogs } from '../checker/logs.ts';
import { madeUp } from '../evidence.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'durable-sms-evidence-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('writes evidence as the same JSON as a whole would be, an element on each line', () => {
  const evidence = madeUp(2_000);
  const file = join(folder, 'evidence.json');
  writeEvidence(file, evidence);
  const text = readFileSync(file, 'utf8');
  const plain = JSON.stringify(evidence, (_, value) => (typeof value === 'bigint' ? Number(value) : value));
  expect(JSON.parse(text)).toEqual(JSON.parse(plain));
  const rows = text.split('\n').filter((line) => line.startsWith('{"id":"01970000-'));
  expect(rows).toHaveLength(2_000);
});

it('keeps what was logged of messages, from all starts, and leaves out a line that was cut off', async () => {
  const line = (level: string, more: object) => JSON.stringify({ level, time: '2026-05-04T08:00:00Z', ...more });
  const [first, second] = [join(folder, 'api.start-1.log'), join(folder, 'api.log')];
  const cut = line('warn', { messageId: 'c' }).slice(0, -3);
  const lines = [line('info', { messageId: 'a' }), line('warn', {}), line('warn', { messageId: 'b' }), 'plain', cut];
  writeFileSync(first, lines.join('\n'));
  writeFileSync(second, `${line('error', { messageId: 'd' })}\n`);
  const kept = await readLogs({ names: () => ['postgres', 'api'], logFiles: () => [first, second] });
  expect(kept.map(({ messageId }) => messageId)).toEqual(['b', 'd']);
});

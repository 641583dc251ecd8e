import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { moment } from '../../local/simulator/book.ts';
import { madeUp } from './evidence.ts';
import { createMessages } from './load/messages.ts';
import { takePast, writePast } from './past.ts';
import { createRandom } from './random.ts';

const SENDERS = ['infobip', 'playmobile'].map((wire) => ({ name: wire, gateway: wire, wire, login: wire }));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'durable-sms-past-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The made-up run, at times of this machine's clock. */
function evidence() {
  const { mono } = moment();
  const { journal, ...others } = madeUp(3_000);
  return { ...others, journal: journal.map((entry) => ({ ...entry, mono })) };
}

it('is read as it was written, by one run', async () => {
  const { journal, arrivals, simulator } = evidence();
  writePast(folder, { journal, arrivals, simulator });
  expect(await takePast(folder)).toEqual({ journal, arrivals, ...simulator });
  await expect(takePast(folder)).rejects.toThrow(/no run with --keep/);
});

it('is not taken from a folder without one, nor from before the machine was started', async () => {
  await expect(takePast(folder)).rejects.toThrow(/no run with --keep/);
  const { journal, arrivals, simulator } = evidence();
  const ahead = journal.map((entry) => ({ ...entry, mono: entry.mono + 60_000 }));
  writePast(folder, { journal: ahead, arrivals, simulator });
  await expect(takePast(folder)).rejects.toThrow(/started anew/);
});

it('has no mark and no phone come twice', () => {
  const messagesOf = (past: { mark: string; phone: string }[]) => {
    const { make } = createMessages(createRandom(7), past);
    return Array.from({ length: 3_000 }, (_, i) => SENDERS[i % 2]).flatMap((sender) => {
      if (!sender) return [];
      const { mark, message } = make(sender);
      return [{ mark, phone: message.to }];
    });
  };
  const first = messagesOf([]);
  const both = [...first, ...messagesOf(first)];
  expect(new Set(both.map(({ mark }) => mark)).size).toBe(6_000);
  expect(new Set(both.map(({ phone }) => phone)).size).toBe(6_000);
});

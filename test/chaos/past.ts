/**
 * What a run that was kept (`--keep`) leaves for one that goes on from it (`--onto`): all that it did and saw and that no
 * server has, a line of JSON for each entry. The servers' own data are in the same folder.
 */
import { appendFileSync, createReadStream, existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { moment } from '../../local/simulator/book.ts';
import type { Evidence } from './model.ts';

export type Past = Pick<Evidence, 'journal' | 'arrivals'> & Evidence['simulator'];

const FILE = 'past.jsonl';
/** Once a run has gone on from it: should that run break off, nobody knows what its messages were. */
const USED = 'past.used.jsonl';
const LISTS = ['journal', 'arrivals', 'requests', 'calls', 'taken', 'texts'] as const;
const AT_ONCE = 1_000;

export const noPast = (): Past => ({ journal: [], arrivals: [], requests: [], calls: [], taken: [], texts: [] });

export function writePast(
  folder: string,
  { journal, arrivals, simulator }: Pick<Evidence, 'journal' | 'arrivals' | 'simulator'>,
): void {
  const past: Past = { journal, arrivals, ...simulator };
  const file = join(folder, FILE);
  writeFileSync(file, '', { mode: 0o600 });
  for (const list of LISTS) {
    for (let i = 0; i < past[list].length; i += AT_ONCE) {
      const lines = past[list].slice(i, i + AT_ONCE).map((entry) => `${JSON.stringify([list, entry])}\n`);
      appendFileSync(file, lines.join(''));
    }
  }
}

/**
 * For one run: it is no longer there for a second one.
 * @throws where no run was kept there, and where the monotonic clock has begun anew since: all its times would be wrong
 */
export async function takePast(folder: string): Promise<Past> {
  const file = join(folder, FILE);
  if (!existsSync(file)) throw new Error(`--onto: no run with --keep came to its end in ${folder}`);
  const past = noPast();
  for await (const line of createInterface({ input: createReadStream(file, 'utf8') })) {
    const [list, entry] = JSON.parse(line) as [keyof Past, never];
    past[list].push(entry);
  }
  const last = past.journal.reduce((most, { mono }) => Math.max(most, mono), 0);
  if (last > moment().mono) throw new Error('--onto: the machine was started anew since that run');
  renameSync(file, join(folder, USED));
  return past;
}

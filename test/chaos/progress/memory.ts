/** Resident memory of each part of a run. */
import { readFileSync } from 'node:fs';
import type { Parts } from '../model.ts';
import { childrenOf } from '../part.ts';

/** MiB by part, and `run` for the run itself with its proxies. null: it is away, or the system has no /proc. */
export type Memory = Readonly<Record<string, number | null>>;

/** Of a part with many processes (Postgres), what several of them share counts once. */
export function memoryOf(parts: Pick<Parts, 'names' | 'child'>): Memory {
  const found = parts.names().map((name) => [name, residentMiB(parts.child(name)?.pid)] as const);
  return { ...Object.fromEntries(found), run: Math.round(process.memoryUsage().rss / 2 ** 20) };
}

function residentMiB(pid: number | undefined): number | null {
  if (pid === undefined || process.platform !== 'linux') return null;
  try {
    const children = childrenOf(pid);
    const word = children.length > 0 ? 'Pss' : 'Rss';
    const kib = [pid, ...children].reduce((sum, one) => sum + kibOf(word, one), 0);
    return Math.round(kib / 1024);
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** One that ends meanwhile holds nothing. */
function kibOf(word: 'Rss' | 'Pss', pid: number): number {
  try {
    return kibIn(word, readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
  } catch (error) {
    if (isGone(error)) return 0;
    throw error;
  }
}

/** @param rollup the text of `/proc/PID/smaps_rollup` @returns KiB */
export function kibIn(word: 'Rss' | 'Pss', rollup: string): number {
  return Number(new RegExp(`^${word}: +(\\d+) kB$`, 'm').exec(rollup)?.[1] ?? 0);
}

const isGone = (error: unknown) =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH');

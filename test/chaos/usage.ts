import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import type { Parts } from './model.ts';

/** How busy the machine is, and the resident memory: such as `load average 1.9; MiB: api 120, worker-1 210`. */
export function usageOf(parts: Parts): string {
  const names = parts.names().filter((name) => name === 'api' || name.startsWith('worker-'));
  const memory = names.map((name) => `${name} ${residentMiB(parts.child(name)?.pid) ?? 'away'}`).join(', ');
  return `load average ${loadavg()[0]?.toFixed(1)}; MiB: ${memory}`;
}

/** undefined where there is no such process, or no /proc. */
function residentMiB(pid: number | undefined): number | undefined {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    return Math.round((pages * 4096) / 2 ** 20);
  } catch {
    return undefined;
  }
}

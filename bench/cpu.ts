import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** By part: `api`, `worker`, `postgres`, `temporal`, `simulator`. */
export type CpuSeconds = Record<string, number>;

/** USER_HZ, in which Linux tells CPU times to programs, whatever the kernel's own clock is. */
const TICKS_PER_SECOND = 100;

/**
 * What the processes whose pid files are in the folder have spent so far, with their children; `worker-2` counts as
 * `worker`. Empty where the system is not Linux.
 */
export function cpuSeconds(folder: string): CpuSeconds {
  const spent: CpuSeconds = {};
  if (process.platform !== 'linux') return spent;
  const all = readdirSync('/proc').flatMap(readStat);
  const ticksOf = (pid: number): number =>
    all.reduce((sum, it) => sum + (it.pid === pid ? it.ticks : it.parent === pid ? ticksOf(it.pid) : 0), 0);
  for (const file of [folder, join(folder, 'postgres'), join(folder, 'temporal')].flatMap(pidFiles)) {
    const part = basename(file, '.pid').replace(/-.*/, '');
    const { pid } = JSON.parse(readFileSync(file, 'utf8'));
    spent[part] = (spent[part] ?? 0) + ticksOf(pid) / TICKS_PER_SECOND;
  }
  return spent;
}

function pidFiles(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.pid'));
  return names.map((name) => join(folder, name));
}

/** `man proc_pid_stat`: after the name in brackets come the state, the parent, and from the 12th on the times. */
function readStat(name: string): { pid: number; parent: number; ticks: number }[] {
  if (!/^\d+$/.test(name)) return [];
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0); // utime, stime, cutime, cstime
    return [{ pid: Number(name), parent: Number(fields[1]), ticks }];
  } catch {
    return []; // it has ended meanwhile
  }
}

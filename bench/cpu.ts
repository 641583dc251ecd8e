import { type ByPart, processesByPart, statOf } from './parts.ts';

/** USER_HZ, in which Linux tells CPU times to programs, whatever the kernel's own clock is. */
const TICKS_PER_SECOND = 100;

/** What each part has spent so far. Empty where the system is not Linux. */
export function cpuSeconds(folder: string): ByPart {
  const spent = [...processesByPart(folder)].map(([part, pids]) => [
    part,
    pids.reduce((sum, pid) => sum + ticksOf(pid), 0),
  ]);
  return Object.fromEntries(spent.map(([part, ticks]) => [part, Number(ticks) / TICKS_PER_SECOND]));
}

/** utime, stime, and those of children that have ended: cutime, cstime. */
function ticksOf(pid: number): number {
  return statOf(pid)
    .slice(11, 15)
    .reduce((sum, field) => sum + Number(field), 0);
}

import { readFileSync } from 'node:fs';
import { type ByPart, processesByPart } from './parts.ts';

const LOOK_EVERY_MS = 500;

/**
 * Looks at the resident memory of each part until it is stopped.
 * @returns stops it, and tells the most that each part had at any look, in MB; empty where the system is not Linux
 */
export function watchMemory(folder: string): () => ByPart {
  const peak: ByPart = {};
  const look = () => {
    for (const [part, pids] of processesByPart(folder)) peak[part] = Math.max(peak[part] ?? 0, residentMb(pids));
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    look();
    return peak;
  };
}

/** Processes of one server share its buffers and its program: these count once. */
function residentMb(pids: readonly number[]): number {
  const all = pids.map(memoryOf);
  const most = (of: (it: Memory) => number) => all.reduce((sum, it) => Math.max(sum, of(it)), 0);
  return all.reduce((sum, { own }) => sum + own, 0) + most(({ files }) => files) + most(({ shared }) => shared);
}

/** In MB. */
interface Memory {
  own: number;
  files: number;
  shared: number;
}

/** `man proc_pid_status`, in kB there. */
function memoryOf(pid: number): Memory {
  let status = '';
  try {
    status = readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    // It has ended meanwhile.
  }
  const mb = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1024;
  return { own: mb('RssAnon'), files: mb('RssFile'), shared: mb('RssShmem') };
}

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** By part: `api`, `worker`, `postgres`, `temporal`, `temporal-postgres`, `simulator`. */
export type ByPart = Record<string, number>;

/** The processes of each part, with their children; `worker-2` counts as `worker`. Empty where it is not Linux. */
export function processesByPart(folder: string): Map<string, number[]> {
  const found = new Map<string, number[]>();
  if (process.platform !== 'linux') return found;
  const children = childrenOf();
  const withChildren = (pid: number): number[] => [pid, ...(children.get(pid) ?? []).flatMap(withChildren)];
  for (const { part, pid } of pidFiles(folder)) found.set(part, [...(found.get(part) ?? []), ...withChildren(pid)]);
  return found;
}

/** What differs, by part. */
export function difference(after: ByPart, before: ByPart): ByPart {
  return Object.fromEntries(Object.entries(after).map(([part, value]) => [part, value - (before[part] ?? 0)]));
}

/** `man proc_pid_stat`: what comes after the name in brackets, from the state on. Empty where it has ended meanwhile. */
export function statOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** Our own programs have their pid files in the folder, each server in a folder of its own that names it. */
function pidFiles(folder: string): { part: string; pid: number }[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return pidIn(path, basename(path, '.pid').replace(/-.*/, ''));
    return readdirSync(path).flatMap((name) => pidIn(join(path, name), entry.name));
  });
}

function pidIn(file: string, part: string): { part: string; pid: number }[] {
  if (!file.endsWith('.pid')) return [];
  const written: { pid?: unknown } | number = JSON.parse(readFileSync(file, 'utf8'));
  return typeof written === 'object' && typeof written.pid === 'number' ? [{ part, pid: written.pid }] : [];
}

function childrenOf(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(statOf(Number(name))[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  return children;
}

/** What a run was like, as tables in Markdown that can go into a document as they are. */
import type { Sample } from './sample.ts';

const ROWS = 10;

/** Memory over time, with how far the run was: at most ten rows, evenly spread, the first and the last among them. */
export function memoryTable(samples: readonly Sample[]): string {
  const names = [...new Set(samples.flatMap(({ memory }) => Object.keys(memory)))];
  const head = ['Minutes', 'Posted', 'Final', 'In flight', 'Faults', ...names.map((name) => `${name}, MiB`)];
  const rows = spread(samples, ROWS).map(({ seconds, posted, final, inFlight, faults, memory }) => [
    (seconds / 60).toFixed(1),
    ...[posted, final, inFlight, faults].map(String),
    ...names.map((name) => String(memory[name] ?? 'away')),
  ]);
  return tableOf(head, rows);
}

/** Most frequent first. */
export function faultTable(counts: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(counts).sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
  const all = sorted.reduce((sum, [, count]) => sum + count, 0);
  return tableOf(['Fault', 'Times'], [...sorted.map(([name, count]) => [name, String(count)]), ['all', String(all)]]);
}

function tableOf(head: readonly string[], rows: readonly string[][]): string {
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function spread<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  const step = (all.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, i) => all[Math.round(i * step)]).filter((one) => one !== undefined);
}

import type { JournalEntry } from '../model.ts';

/** How often each fault came, of those that are over. */
export function faultsByKind(entries: readonly JournalEntry[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const entry of entries) if (entry.kind === 'fault') counts[entry.name] = (counts[entry.name] ?? 0) + 1;
  return counts;
}

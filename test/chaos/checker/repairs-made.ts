/** What housekeeping mended, by the results in its own history: they are there whatever the log level is. */
import type { TemporalState } from '../model.ts';
import type { History } from './histories.ts';

export function repairsIn({ events }: History): Pick<TemporalState, 'repairs' | 'rounds'> {
  const found: Pick<TemporalState, 'repairs' | 'rounds'> = { repairs: [], rounds: 0 };
  for (const { eventTime, activityTaskCompletedEventAttributes: completed } of events ?? []) {
    const repairs = repairsOf(completed?.result?.payloads?.[0]?.data);
    if (!repairs) continue;
    found.rounds++;
    const at = Number(eventTime?.seconds ?? 0) * 1000 + (eventTime?.nanos ?? 0) / 1e6;
    for (const [kind, count] of Object.entries(repairs)) found.repairs.push({ at, kind, count: Number(count) });
  }
  return found;
}

/** undefined: the result of another activity. */
function repairsOf(data: Uint8Array | null | undefined): Record<string, unknown> | undefined {
  if (!data || data.length === 0) return undefined;
  const result = JSON.parse(Buffer.from(data).toString('utf8')) as { repairs?: Record<string, unknown> } | null;
  return result?.repairs;
}

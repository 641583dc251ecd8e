/**
 * Housekeeping mends nothing that no fault explains: each of its repairs lies between the beginning of a fault that
 * explains this kind and a minute and a half after its end.
 */
import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';

/** A message that was looked at is looked at again after a minute at the earliest, and then a round has to come. */
const AFTER_MS = 90_000;

export function repairs({ evidence, faults }: Facts): Finding {
  const { rounds, repairs: made } = evidence.temporal;
  const unexplained = made.filter(
    ({ at, kind }) =>
      !faults.some((it) => it.explains.includes(kind) && it.begun.at <= at && at <= it.ended.at + AFTER_MS),
  );
  return {
    looked: rounds,
    checked: `${rounds} rounds of housekeeping, ${made.length} repairs, ${faults.length} faults`,
    breaches: unexplained.map(({ at, kind, count }) => ({
      what: `${kind}: ${count} at ${new Date(at).toISOString()}, and no fault explains it`,
    })),
  };
}

/** Proves the promises on what a run has left behind: one verdict for each invariant, in a fixed order. */
import type { Evidence, Verdict } from '../model.ts';
import { type Facts, factsOf } from './facts.ts';
import type { Finding } from './finding.ts';
import { afterCancel } from './invariants/after-cancel.ts';
import { afterExpiry } from './invariants/after-expiry.ts';
import { afterStop } from './invariants/after-stop.ts';
import { finals } from './invariants/finals.ts';
import { leaks } from './invariants/leaks.ts';
import { ledger } from './invariants/ledger.ts';
import { limit } from './invariants/limit.ts';
import { once } from './invariants/once.ts';
import { prompt } from './invariants/prompt.ts';
import { repairs } from './invariants/repairs.ts';
import { replay } from './invariants/replay.ts';
import { reports } from './invariants/reports.ts';
import { truth } from './invariants/truth.ts';

export function check(evidence: Evidence): Verdict[] {
  const facts = factsOf(evidence);
  return Object.entries(INVARIANTS).map(([invariant, look]) => {
    const finding = look(facts);
    const breaches = finding.breaches.map((breach) => ({ invariant, ...breach }));
    return { invariant, outcome: outcomeOf(finding), checked: finding.checked, breaches };
  });
}

function outcomeOf({ looked, breaches }: Finding): Verdict['outcome'] {
  if (breaches.length > 0) return 'broken';
  return looked === 0 ? 'nothing seen' : 'kept';
}

export const INVARIANTS: Readonly<Record<string, (facts: Facts) => Finding>> = {
  ledger,
  once,
  'after-stop': afterStop,
  'after-cancel': afterCancel,
  'after-expiry': afterExpiry,
  finals,
  truth,
  reports,
  limit,
  prompt,
  repairs,
  replay,
  leaks,
};

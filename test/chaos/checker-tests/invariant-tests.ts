/** The tests of one invariant: forged runs that it has to speak of, and honest ones that only look like a breach. */
import { describe, expect, it } from 'vitest';
import { check, INVARIANTS } from '../checker/index.ts';
import { madeUp } from '../evidence.ts';
import type { Evidence } from '../model.ts';

type Forge = (evidence: Evidence) => void;

export interface InvariantCases {
  /** Each forgery of a run that kept its promises, and who must speak of it: these and no others. */
  speaksOf: Record<string, [invariants: string[], forge: Forge]>;
  /** What looks like a breach, and is none: nobody may speak. */
  isSilentAbout?: Record<string, Forge>;
}

const MESSAGES = 20;

export function invariantTests(invariant: string, { speaksOf, isSilentAbout = {} }: InvariantCases): void {
  describe(invariant, () => {
    describe('speaks of', () => {
      it.each(Object.entries(speaksOf))('%s', (_, [invariants, forge]) => {
        expect(invariants).toContain(invariant);
        const evidence = madeUp(MESSAGES);
        forge(evidence);
        expect(speaking(evidence)).toEqual(Object.keys(INVARIANTS).filter((name) => invariants.includes(name)));
      });
    });

    describe.runIf(Object.keys(isSilentAbout).length > 0)('is silent about', () => {
      it.each(Object.entries(isSilentAbout))('%s', (_, change) => {
        const evidence = madeUp(MESSAGES);
        change(evidence);
        expect(check(evidence).flatMap(({ breaches }) => breaches)).toEqual([]);
      });
    });
  });
}

const speaking = (evidence: Evidence) =>
  check(evidence)
    .filter(({ outcome }) => outcome === 'broken')
    .map(({ invariant }) => invariant);

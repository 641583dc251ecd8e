import { after } from '../evidence.ts';
import type { Evidence } from '../model.ts';
import { of } from './forging.ts';
import { invariantTests } from './invariant-tests.ts';

invariantTests('after-expiry', {
  speaksOf: {
    'a submit comes 2 ms after the end of its validity': [['after-expiry'], (e) => arriveAfterTheEnd(e, 2, 0)],
    'a submit comes 2 ms after, on top of its clock error': [['after-expiry'], (e) => arriveAfterTheEnd(e, 32, 30)],
  },
  isSilentAbout: {
    'a submit in the last millisecond, by a clock of whole ones': (e) => arriveAfterTheEnd(e, 1, 0),
    'a submit within its own clock error': (e) => arriveAfterTheEnd(e, 31, 30),
  },
});

function arriveAfterTheEnd(e: Evidence, ms: number, lateMs: number): void {
  const row = of(e, 'expired');
  const at = row.expiresAt.getTime() + ms;
  e.arrivals.push({ at, mono: after(60_000).mono, marks: [row.mark], passedOn: true, lateMs });
}

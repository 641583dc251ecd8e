import { after } from '../evidence.ts';
import { invariantTests } from './invariant-tests.ts';

invariantTests('repairs', {
  speaksOf: {
    'a repair without a fault': [
      ['repairs'],
      (e) => {
        e.journal = e.journal.filter(({ kind }) => kind !== 'fault');
      },
    ],
    'a repair of another kind': [
      ['repairs'],
      (e) => {
        e.temporal.repairs.push({ at: after(2_000).at, kind: 'somethingElse', count: 1 });
      },
    ],
    'a repair too late for its fault': [
      ['repairs'],
      (e) => {
        e.temporal.repairs.push({ at: after(95_000).at, kind: 'started', count: 1 });
      },
    ],
  },
});

import { of } from './forging.ts';
import { invariantTests } from './invariant-tests.ts';

invariantTests('replay', {
  speaksOf: {
    'a history that does not replay': [
      ['replay'],
      (e) => {
        e.temporal.replayFailures.push({ workflowId: of(e, 'delivered').id, message: 'Nondeterminism' });
      },
    ],
  },
});

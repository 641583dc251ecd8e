import { eventsOf, fault, of, postAtOnce, shiftEnd } from './forging.ts';
import { invariantTests } from './invariant-tests.ts';

invariantTests('prompt', {
  speaksOf: {
    'a report takes effect after 2.1 s': [
      ['prompt'],
      (e) => {
        shiftEnd(e, 'delivered', 2_100);
      },
    ],
    'a report takes effect late beside a hundred requests': [
      ['prompt'],
      (e) => {
        shiftEnd(e, 'delivered', 2_100);
        postAtOnce(e, 100);
      },
    ],
  },
  isSilentAbout: {
    'a report that takes effect late while a fault is in force': (e) => {
      shiftEnd(e, 'delivered', 2_100);
      fault(e, 2_400, 2_500);
    },
    'a report that takes effect late right after a fault': (e) => {
      shiftEnd(e, 'delivered', 2_100);
      fault(e, -3_000, -2_450);
    },
    'a report that takes effect late in a crowd of requests': (e) => {
      shiftEnd(e, 'delivered', 2_100);
      postAtOnce(e, 150);
    },
    'a report that was there before the answer': (e) => {
      for (const event of eventsOf(e, of(e, 'delivered')))
        if (event.kind !== 'attempt') event.at = new Date(event.at.getTime() + 5_000);
    },
  },
});

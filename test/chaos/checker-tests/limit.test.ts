import { arriveAt } from './forging.ts';
import { invariantTests } from './invariant-tests.ts';

invariantTests('limit', {
  speaksOf: {
    'twelve submits in a second through a sender with a limit of ten': [
      ['limit'],
      (e) => {
        for (let i = 0; i < 12; i++) arriveAt(e, 'delivered slowly', 30_000 + i * 90);
      },
    ],
    'a limit of five is exceeded by one': [
      ['limit'],
      (e) => {
        for (const sender of e.senders) if (sender.rateLimit) sender.rateLimit = 5;
        for (let i = 0; i < 6; i++) arriveAt(e, 'delivered slowly', 30_000 + i * 199);
      },
    ],
  },
  isSilentAbout: {
    'eleven submits in a second where ten are allowed': (e) => {
      for (let i = 0; i < 11; i++) arriveAt(e, 'delivered slowly', 30_000 + i * 90);
      arriveAt(e, 'delivered slowly', 31_000);
    },
  },
});

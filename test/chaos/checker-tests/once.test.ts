import { arriveAt, of, one, submitAgain } from './forging.ts';
import { invariantTests } from './invariant-tests.ts';

invariantTests('once', {
  speaksOf: {
    'a message is taken twice': [
      ['once'],
      (e) => {
        submitAgain(e, 'delivered', 700);
      },
    ],
    'a resend is not in the timeline': [
      ['once'],
      (e) => {
        e.books.events = e.books.events.filter(({ kind }) => kind !== 'resend');
      },
    ],
    'the policy resends twice': [
      ['once'],
      (e) => {
        of(e, 'resent').resends = 2;
        e.books.events.push({ ...one(e.books.events.filter(({ kind }) => kind === 'resend')), n: 9_999n });
        submitAgain(e, 'resent', 6_000);
      },
    ],
    'the proxy did not see a submit': [
      ['once'],
      (e) => {
        e.arrivals = e.arrivals.filter(({ marks }) => !marks.includes(of(e, 'delivered').mark));
      },
    ],
  },
  isSilentAbout: {
    'a repeat that the gateway drops': (e) => {
      arriveAt(e, 'delivered', 300);
    },
  },
});

import { idOf } from '../evidence.ts';
import { eventsOf, of, postedOf, replacePosted, smsOf } from './forging.ts';
import { invariantTests } from './invariant-tests.ts';

invariantTests('ledger', {
  speaksOf: {
    'a row is lost': [
      ['ledger', 'reports'],
      (e) => {
        const { id } = of(e, 'undelivered');
        e.books.messages = e.books.messages.filter((row) => row.id !== id);
        e.books.hooks.shift();
      },
    ],
    'a message has two rows': [
      ['ledger'],
      (e) => {
        const row = of(e, 'expired');
        e.books.messages.push({ ...row, id: idOf(900) });
        e.books.events.push(...eventsOf(e, row).map((event) => ({ ...event, messageId: idOf(900) })));
      },
    ],
    'a key was answered with two messages': [
      ['ledger'],
      (e) => {
        const first = postedOf(e, 'delivered');
        e.journal.push({ ...first, messageId: of(e, 'undelivered').id });
      },
    ],
    'a key is not in the books': [
      ['ledger'],
      (e) => {
        e.books.idempotencyKeys.pop();
      },
    ],
    'a row that nobody posted': [
      ['ledger'],
      (e) => {
        e.journal = e.journal.filter((entry) => entry.kind !== 'posted' || entry.mark !== of(e, 'delivered').mark);
      },
    ],
    'a refused request is in the books': [
      ['ledger'],
      (e) => {
        const { messageId: _, ...refused } = postedOf(e, 'expired');
        replacePosted(e, 'expired', [{ ...refused, status: 422 }]);
      },
    ],
    'a message is in flight for ever': [
      ['ledger', 'reports', 'finals'],
      (e) => {
        of(e, 'delivered').status = 'sent';
      },
    ],
    'a message is with another account': [
      ['ledger'],
      (e) => {
        of(e, 'refused').account = 'another';
      },
    ],
    'an SMS is taken that is nowhere in the books': [
      ['ledger'],
      (e) => {
        e.simulator.taken.push({ ...smsOf(e, 'delivered'), id: 'stray', text: 'Q9999999Z' });
      },
    ],
  },
  isSilentAbout: {
    'an equal request that was answered with the same message': (e) => {
      e.journal.push(postedOf(e, 'delivered'));
    },
    'a 202 that was lost': (e) => {
      const { messageId: _, status: __, ...lost } = postedOf(e, 'delivered');
      replacePosted(e, 'delivered', [lost]);
    },
    'a 503 after the commit': (e) => {
      const { messageId: _, ...away } = postedOf(e, 'delivered');
      replacePosted(e, 'delivered', [{ ...away, status: 503 }]);
    },
    'a refused request, and one without an answer': (e) => {
      const { messageId: _, status: __, ...lost } = postedOf(e, 'delivered');
      replacePosted(e, 'delivered', [lost, { ...lost, status: 429 }]);
    },
  },
});

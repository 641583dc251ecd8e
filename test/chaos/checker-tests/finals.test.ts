import { after } from '../evidence.ts';
import { correct, eventsOf, of, one, smsOf } from './forging.ts';
import { invariantTests } from './invariant-tests.ts';

invariantTests('finals', {
  speaksOf: {
    'a second end': [
      ['finals'],
      (e) => {
        const { id } = of(e, 'delivered');
        const end = one(e.books.events.filter(({ messageId, kind }) => messageId === id && kind === 'final'));
        e.books.events.push({ ...end, n: 9_999n });
      },
    ],
    'a change that nothing allows': [
      ['finals', 'truth', 'reports'],
      (e) => {
        correct(e, 'delivered', 'unknown', 'report');
      },
    ],
    'a correction by something else than a report': [
      ['finals', 'truth'],
      (e) => {
        correct(e, 'unknown', 'delivered', 'clock');
        const row = of(e, 'unknown');
        row.source = 'clock';
        e.simulator.taken.push({ ...smsOf(e, 'delivered'), id: 'late', phone: row.phone.slice(1), text: row.mark });
      },
    ],
    'an end without a cause': [
      ['finals'],
      (e) => {
        for (const { kind, detail } of eventsOf(e, of(e, 'refused'))) if (kind === 'final') delete detail?.cause;
      },
    ],
    'an end without a source': [
      ['finals'],
      (e) => {
        const row = of(e, 'expired');
        row.source = null;
      },
    ],
    'the row says something else than its timeline': [
      ['finals', 'truth'],
      (e) => {
        of(e, 'undelivered').status = 'expired';
      },
    ],
    'a claim after the end': [
      ['finals'],
      (e) => {
        const { id } = of(e, 'expired');
        e.books.events.push({
          messageId: id,
          n: 9_999n,
          at: new Date(after(70_000).at),
          kind: 'attempt',
          source: 'worker',
          detail: {},
        });
      },
    ],
  },
});

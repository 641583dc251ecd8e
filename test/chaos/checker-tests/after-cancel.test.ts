import { arrive, cancelledAt, eventsOf, of, one } from './forging.ts';
import { invariantTests } from './invariant-tests.ts';

invariantTests('after-cancel', {
  speaksOf: {
    'a submit comes right after its cancel': [
      ['after-cancel'],
      (e) => {
        arrive(e, 'cancelled', cancelledAt(e) + 0.1);
      },
    ],
    'a submit comes 0.1 ms after its cancel, on top of its clock error': [
      ['after-cancel'],
      (e) => {
        arrive(e, 'cancelled', cancelledAt(e) + 30.1, 30);
      },
    ],
    'a cancelled message ends otherwise': [
      ['after-cancel'],
      (e) => {
        const row = of(e, 'cancelled');
        row.status = 'suppressed';
        for (const { kind, detail } of eventsOf(e, row)) if (kind === 'final' && detail) detail.status = 'suppressed';
      },
    ],
  },
  isSilentAbout: {
    'a submit within its own clock error': (e) => {
      arrive(e, 'cancelled', cancelledAt(e) + 30, 30);
    },
    'a cancel that came too late': (e) => {
      const cancelled = one(e.journal.filter((entry) => entry.kind === 'cancelled'));
      e.journal.push({ ...cancelled, messageId: of(e, 'delivered').id, status: 409 });
    },
  },
});

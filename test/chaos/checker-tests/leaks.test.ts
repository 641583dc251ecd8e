import { of } from './forging.ts';
import { invariantTests } from './invariant-tests.ts';

invariantTests('leaks', {
  speaksOf: {
    'an open workflow': [
      ['leaks'],
      (e) => {
        e.temporal.open.push({ workflowId: of(e, 'delivered').id, type: 'deliverSms' });
      },
    ],
    'a failed workflow': [
      ['leaks'],
      (e) => {
        e.temporal.odd.push({ workflowId: of(e, 'cancelled').id, type: 'deliverSms', status: 'FAILED' });
      },
    ],
    'a workflow that was terminated though its message was not for later': [
      ['leaks'],
      (e) => {
        e.temporal.odd.push({ workflowId: of(e, 'cancelled').id, type: 'deliverSms', status: 'TERMINATED' });
      },
    ],
  },
  isSilentAbout: {
    'a workflow that was terminated before its time': (e) => {
      const row = of(e, 'cancelled');
      row.sendAt = new Date(row.acceptedAt.getTime() + 10_000);
      e.temporal.odd.push({ workflowId: row.id, type: 'deliverSms', status: 'TERMINATED' });
    },
  },
});

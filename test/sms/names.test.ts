import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DELIVERIES_QUEUE,
  deliveryWorkflowId,
  HOUSEKEEPING_WORKFLOW_ID,
  pollQueue,
  probeQueue,
  referenceSequence,
  SEARCH_ATTRIBUTES,
  sendQueue,
} from '../../sms/names.ts';

const namers = [sendQueue, probeQueue, pollQueue, deliveryWorkflowId, referenceSequence];

describe('names', () => {
  it('of one kind differ where their ids differ, and none is the name of another kind', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (one, other) => {
        fc.pre(one !== other);
        const names = [one, other].flatMap((id) => namers.map((name) => name(id)));
        const all = [...names, DELIVERIES_QUEUE, HOUSEKEEPING_WORKFLOW_ID];
        expect(new Set(all).size).toBe(all.length);
      }),
    );
  });

  it('of a sequence is a Postgres identifier that needs no quotes and is not cut at 63 bytes', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        expect(referenceSequence(id)).toMatch(/^[a-z_][a-z0-9_]{0,62}$/);
      }),
    );
  });

  it('of search attributes are different', () => {
    expect(new Set(Object.values(SEARCH_ATTRIBUTES)).size).toBe(3);
  });
});

import { describe, expect, it } from 'vitest';
import {
  FINAL_STATUSES,
  isFinal,
  OPEN_STATUSES,
  REPORTED_STATUSES,
  type ReportedStatus,
  reportReplaces,
  SOURCES,
  STATUSES,
  type Status,
} from '../../sms/status.ts';

const ENDS: ReportedStatus[] = ['delivered', 'undelivered', 'expired', 'rejected'];

/** For each held status, the reported ones that replace it; `expired` here is one that a gateway told. */
const REPLACED_BY: Record<Status, ReportedStatus[]> = {
  accepted: ['sent', ...ENDS],
  sending: ['sent', ...ENDS],
  sent: ENDS,
  unknown: ENDS,
  undelivered: ['delivered'],
  expired: ['delivered'],
  rejected: ['delivered'],
  suppressed: ['delivered'],
  cancelled: ['delivered'],
  delivered: [],
};

describe('reportReplaces', () => {
  for (const held of STATUSES) {
    for (const source of [null, ...SOURCES]) {
      const replacedBy = held === 'expired' && source === 'clock' ? ENDS : REPLACED_BY[held];
      it(`${held} (${source ?? 'no source'}) gives way to ${replacedBy.join(', ') || 'nothing'}`, () => {
        const replacing = REPORTED_STATUSES.filter((reported) => reportReplaces(held, source, reported));
        expect(replacing.sort()).toEqual([...replacedBy].sort());
      });
    }
  }
});

describe('isFinal', () => {
  it('tells the ends from what is under way', () => {
    for (const status of OPEN_STATUSES) expect(isFinal(status)).toBe(false);
    for (const status of FINAL_STATUSES) expect(isFinal(status)).toBe(true);
    for (const other of ['', 'Delivered', 'queued', 'constructor']) expect(isFinal(other)).toBe(false);
  });
});

describe('the words', () => {
  it('are all different, and gateways report only words of ours', () => {
    expect(new Set(STATUSES).size).toBe(OPEN_STATUSES.length + FINAL_STATUSES.length);
    for (const reported of REPORTED_STATUSES) expect(STATUSES).toContain(reported);
  });
});

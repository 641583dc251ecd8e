import type { Status } from '../../../sms/status.ts';

export const statuses = {
  accepted: 'accepted',
  sending: 'sending',
  sent: 'sent',
  delivered: 'delivered',
  undelivered: 'undelivered',
  expired: 'expired',
  rejected: 'rejected',
  suppressed: 'suppressed',
  cancelled: 'cancelled',
  unknown: 'unknown',
} as const satisfies Record<Status, string>;

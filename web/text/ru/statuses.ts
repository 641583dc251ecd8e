import type { statuses as en } from '../en/statuses.ts';
import type { Russian } from '../translation.ts';

export const statuses: Russian<typeof en> = {
  accepted: 'принято',
  sending: 'отправляется',
  sent: 'отправлено',
  delivered: 'доставлено',
  undelivered: 'не доставлено',
  expired: 'истекло',
  rejected: 'отклонено',
  suppressed: 'в стоп-листе',
  cancelled: 'отменено',
  unknown: 'неизвестно',
};

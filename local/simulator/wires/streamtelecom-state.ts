/** Stream Telecom's answer to a question for one status. */
import type { Account, Sms, Status } from '../model.ts';
import { isFinal } from '../model.ts';

/** Unusual: names in small letters, another time, no price. */
export function stateOf(sms: Sms | undefined, account: Account): Record<string, unknown> {
  const [state, description] = sms ? STATES[sms.status] : UNAVAILABLE;
  const row = {
    State: state,
    StateDescription: description,
    ReportedDateUtc: sms && isFinal(sms.status) ? jsonDate(sms.statusAt) : null,
  };
  if (!account.unusual) return { ...row, Price: sms ? Math.round(sms.parts * PRICE * 100) / 100 : 0 };
  const rare = { ...row, TimeStampUtc: jsonDate(Date.now()) };
  return Object.fromEntries(Object.entries(rare).map(([name, value]) => [name.toLowerCase(), value]));
}

/** There is no state for what waits, and none for what was rejected. */
const STATES: Record<Status, readonly [number, string]> = {
  pending: [-1, 'Передано в мобильную сеть'],
  sent: [-1, 'Передано в мобильную сеть'],
  delivered: [0, 'Доставлено абоненту'],
  undelivered: [42, 'Не доставлено'],
  rejected: [42, 'Не доставлено'],
  expired: [46, 'Истек срок жизни сообщения'],
};

const UNAVAILABLE = [255, 'Статус недоступен'] as const;

/** Microsoft's JSON form. */
export const jsonDate = (at: number) => `/Date(${at})/`;

/** Of one part, in roubles. */
export const PRICE = 3.2;

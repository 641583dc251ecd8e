/** What the compose box holds, and what of it the API is sent. */
import type { Priority } from '../../../sms/priority.ts';

export interface Draft {
  /** '' with a key that has only one. */
  account: string;
  sender: string;
  from: string;
  to: string;
  text: string;
  /** ISO 8601; '': at once. */
  sendAt: string;
  /** Seconds; '': as the sender has it. */
  validity: number | string;
  priority: Priority;
}

export const EMPTY: Draft = {
  account: '',
  sender: '',
  from: '',
  to: '',
  text: '',
  sendAt: '',
  validity: '',
  priority: 'notice',
};

/** Without what the API has a value of its own for. */
export function bodyOf({ account, from, sendAt, validity, ...draft }: Draft): Record<string, unknown> {
  const optional = { account, from: from.trim(), sendAt, validity };
  const given = Object.entries(optional).filter(([, value]) => value !== '');
  return { ...draft, to: draft.to.trim(), ...Object.fromEntries(given) };
}

/** Whether there is anything yet to say something of. */
export function isBegun({ sender, to, text }: Draft): boolean {
  return [sender, to, text].some((value) => value.trim() !== '');
}

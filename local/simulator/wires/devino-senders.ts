import type { Account } from '../model.ts';

/** Up to 11 Latin characters or 15 digits. */
export const isSender = (name: string) => /^(\d{1,15}|[\x21-\x7e][\x20-\x7e]{0,10})$/.test(name);

/** Names are agreed with the gateway first; all are, unless the account has a list. */
export function isAgreed(name: string, { options }: Account): boolean {
  return options.senders === undefined || String(options.senders).split(',').includes(name);
}

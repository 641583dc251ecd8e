/** Ids and words that rows repeat are one string each: a long run has a million rows, and each was read with its own. */
import type { Books } from '../model.ts';

const REPEATED: { [List in keyof Books]?: readonly (keyof Books[List][number])[] } = {
  messages: ['id', 'account', 'sender', 'status', 'source', 'cause', 'errorClass', 'attemptState'],
  events: ['messageId', 'kind', 'source'],
  hooks: ['state', 'path'],
  gatewayMessages: ['gatewayAccountId', 'messageId', 'status', 'phone'],
  idempotencyKeys: ['accountId', 'messageId'],
};

/** @returns changes a row of a list so that it shares its strings with the rows before it */
export function createSharing(): (list: keyof Books, row: object) => void {
  const known = new Map<string, string>();
  const shared = (text: string): string => {
    const first = known.get(text);
    if (first === undefined) known.set(text, text);
    return first ?? text;
  };
  return (list, row) => {
    for (const field of REPEATED[list] ?? []) {
      const value: unknown = Reflect.get(row, field);
      if (typeof value === 'string') Reflect.set(row, field, shared(value));
    }
  };
}

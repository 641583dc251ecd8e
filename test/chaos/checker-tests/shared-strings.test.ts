import { expect, it } from 'vitest';
import { createSharing } from '../checker/shared-strings.ts';
import { madeUp } from '../evidence.ts';

it('changes no row, whatever strings it shares', () => {
  const { books } = madeUp(40);
  const before = structuredClone(books);
  const share = createSharing();
  for (const row of books.messages) share('messages', row);
  for (const row of books.events) share('events', row);
  for (const row of books.gatewayMessages) share('gatewayMessages', row);
  expect(books).toEqual(before);
});

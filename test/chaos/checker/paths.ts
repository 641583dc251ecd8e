/** Which deliveries are replayed: one of each path that the books know first, then more of them in turn. */
import type { BookEvent, Books } from '../model.ts';
import type { Random } from '../random.ts';
import { groups } from './facts.ts';

/** @returns ids of messages, at most `most` */
export function chooseDeliveries(books: Books, most: number, random: Random): string[] {
  const events = groups(books.events, ({ messageId }) => [messageId]);
  const paths = groups(books.messages, ({ id, sender }) => [
    `${sender} ${(events.get(id) ?? []).map(stepOf).join(' ')}`,
  ]);
  const lanes = shuffled([...paths.values()], random).map((messages) => shuffled(messages, random));
  const chosen: string[] = [];
  for (let round = 0; chosen.length < most; round++) {
    const next = lanes.flatMap((lane) => lane[round]?.id ?? []);
    if (next.length === 0) break;
    chosen.push(...next);
  }
  return chosen.slice(0, most);
}

/** Neither times nor ids, so that equal stories are equal. */
function stepOf({ kind, source, detail }: BookEvent): string {
  return [kind, source, detail?.kind, detail?.status].filter((word) => typeof word === 'string').join('/');
}

function shuffled<T>(all: readonly T[], random: Random): T[] {
  return all
    .map((one) => ({ one, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one);
}

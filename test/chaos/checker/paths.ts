/**
 * Which deliveries are replayed, a bounded sample of the run. First every kind of step that a timeline can have, the rarest
 * first; then one of each path, and more of them in turn. All of them from every tenth of the run as evenly as may be.
 */
import type { BookEvent, BookMessage, Books } from '../model.ts';
import type { Random } from '../random.ts';
import { groups } from './facts.ts';

export interface Sample {
  /** Ids of messages. */
  ids: string[];
  /** Different stories in the books, by sender, and how many of them are in the sample; kinds of steps, which all are. */
  paths: number;
  pathsTaken: number;
  steps: number;
  stepsTaken: number;
  /** Tenths of the run (by time of accept) that there are messages of. */
  tenths: number;
}

const TENTHS = 10;

/** @returns at most `most` */
export function chooseDeliveries(books: Books, most: number, random: Random): Sample {
  const events = groups(books.events, ({ messageId }) => [messageId]);
  const stepsOf = (id: string) => (events.get(id) ?? []).map(stepOf);
  const pathOf = ({ id, sender }: BookMessage) => `${sender} ${stepsOf(id).join(' ')}`;
  const tenthOf = tenthsOf(books.messages);
  const messages = shuffled(books.messages, random);
  const steps = groups(messages, ({ id }) => [...new Set(stepsOf(id))]);
  const paths = groups(messages, (message) => [pathOf(message)]);
  const lanes = [...[...steps.values()].sort((a, b) => a.length - b.length), ...shuffled([...paths.values()], random)];

  const chosen = new Map<string, BookMessage>();
  const inTenth = Array<number>(TENTHS).fill(0);
  /** Of those that come first in its lane, the one from the tenth that has fewest. */
  const takeFrom = (lane: BookMessage[]) => {
    const open = firstOfEachTenth(lane, chosen, tenthOf);
    const next = open.sort((a, b) => (inTenth[tenthOf(a)] ?? 0) - (inTenth[tenthOf(b)] ?? 0))[0];
    if (!next) return false;
    chosen.set(next.id, next);
    inTenth[tenthOf(next)] = (inTenth[tenthOf(next)] ?? 0) + 1;
    return true;
  };
  for (const lane of lanes) {
    const isThere = lane.some(({ id }) => chosen.has(id));
    if (!isThere && chosen.size < most) takeFrom(lane);
  }
  for (let some = true; some && chosen.size < most; ) {
    some = false;
    for (const lane of paths.values()) if (chosen.size < most && takeFrom(lane)) some = true;
  }
  const taken = [...chosen.values()];
  return {
    ids: taken.map(({ id }) => id),
    paths: paths.size,
    pathsTaken: new Set(taken.map(pathOf)).size,
    steps: steps.size,
    stepsTaken: new Set(taken.flatMap(({ id }) => stepsOf(id))).size,
    tenths: new Set(taken.map(tenthOf)).size,
  };
}

function firstOfEachTenth(
  lane: readonly BookMessage[],
  chosen: ReadonlyMap<string, BookMessage>,
  tenthOf: (message: BookMessage) => number,
): BookMessage[] {
  const found = new Map<number, BookMessage>();
  for (const message of lane) {
    if (found.size === TENTHS) break;
    if (!chosen.has(message.id) && !found.has(tenthOf(message))) found.set(tenthOf(message), message);
  }
  return [...found.values()];
}

function tenthsOf(messages: readonly BookMessage[]): (message: BookMessage) => number {
  const times = messages.map(({ acceptedAt }) => acceptedAt.getTime());
  const first = times.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
  const last = times.reduce((one, other) => Math.max(one, other), 0);
  return ({ acceptedAt }) =>
    Math.min(TENTHS - 1, Math.floor(((acceptedAt.getTime() - first) / (last - first + 1)) * TENTHS));
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

import { type Moment, moment } from '../../local/simulator/book.ts';
import type { JournalEntry } from './model.ts';

/** An entry without the moment at which it is over. */
type Unfinished<T> = T extends unknown ? Omit<T, keyof Moment> : never;

export interface Journal {
  readonly entries: readonly JournalEntry[];
  /** It is over now, unless told when. */
  add(entry: Unfinished<JournalEntry>, over?: Moment): void;
  note(what: string): void;
}

/** What the run did, in the order in which it was over. @param former of the run from which it goes on */
export function createJournal(former: readonly JournalEntry[] = []): Journal {
  const entries = [...former];
  const add = (entry: Unfinished<JournalEntry>, over = moment()) => {
    entries.push({ ...entry, ...over });
  };
  return { entries, add, note: (what) => add({ kind: 'note', what }) };
}

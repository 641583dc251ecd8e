/** Pages of lists, newest first, by the id of their last row. */
import { cursorAfter, readCursor } from './cursor.ts';
import { Problem } from './problem.ts';

export interface PageQuery {
  limit: number;
  cursor?: string | undefined;
}

/** What to ask the books for: one row more than is shown tells whether there is a next page. @throws Problem */
export function pageFor({ limit, cursor }: PageQuery): { limit: number; before?: string } {
  if (cursor === undefined) return { limit: limit + 1 };
  const before = readCursor(cursor);
  if (before !== undefined) return { limit: limit + 1, before };
  throw new Problem('invalid-request', {
    errors: [
      {
        parameter: 'cursor',
        code: 'invalid',
        detail: 'Is not a nextCursor of ours.',
        mend: 'Give back the nextCursor of the page before as it is, or leave it out.',
      },
    ],
  });
}

/** Of the rows that were read by `pageFor`. */
export function shownOf<Row extends { id: string }>(
  rows: readonly Row[],
  { limit }: PageQuery,
): { shown: Row[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return { shown, nextCursor: last ? cursorAfter(last.id) : null };
}

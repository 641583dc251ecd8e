import { expect, it } from 'vitest';
import { momentOf } from '../../activities/books-clock.ts';
import { type Db, openDb } from '../../db/connection.ts';

/** Books are told apart by their connection only; nothing is asked of these. */
const newBooks = (): Db => openDb('postgres://127.0.0.1:1/none', { connections: 1 });
const AHEAD = 1_700_000_000_000;

it('a single statement says as much as it took', () => {
  const moment = momentOf(newBooks(), { asked: 1_000, answered: 1_080, nowMs: AHEAD + 1_040 });
  expect(moment).toEqual({ from: 1_000, to: 1_080 });
});

it('a quick one before it narrows what a slow one says', () => {
  const books = newBooks();
  momentOf(books, { asked: 1_000, answered: 1_004, nowMs: AHEAD + 1_002 });
  const slow = momentOf(books, { asked: 2_000, answered: 2_300, nowMs: AHEAD + 2_010 });
  expect(slow).toEqual({ from: 2_008, to: 2_012 });
});

it('what does not fit any more is forgotten, and so is what is old', () => {
  const books = newBooks();
  momentOf(books, { asked: 1_000, answered: 1_004, nowMs: AHEAD + 1_002 });
  const set = momentOf(books, { asked: 2_000, answered: 2_100, nowMs: AHEAD + 9_000 });
  expect(set).toEqual({ from: 2_000, to: 2_100 });
  const later = momentOf(books, { asked: 50_000, answered: 50_100, nowMs: AHEAD + 57_010 });
  expect(later).toEqual({ from: 50_000, to: 50_100 });
});

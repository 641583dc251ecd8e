/**
 * The books' clock by ours. One statement says that it stood at its time somewhere between asking and answer; several
 * say together where to within a few milliseconds, also where each of them takes long.
 */
import type { Db } from '../db/connection.ts';

/** A time of the books by performance.now(): not before `from`, not after `to`. */
export interface Moment {
  from: number;
  to: number;
}

/** Clocks drift and are set: what is known is forgotten after this. */
const KEEP_MS = 30_000;

interface Known {
  /** Books' clock less ours, in milliseconds. */
  least: number;
  most: number;
  until: number;
}

const clocks = new WeakMap<Db, Known>();

/** @param nowMs what the books' clock said in a statement, in milliseconds; the others are of performance.now() */
export function momentOf(db: Db, statement: { asked: number; answered: number; nowMs: number }): Moment {
  const { asked, answered, nowMs } = statement;
  const told = { least: nowMs - answered, most: nowMs - asked, until: answered + KEEP_MS };
  const held = clocks.get(db);
  let known = told;
  if (held && held.until > answered) {
    const both = { ...held, least: Math.max(held.least, told.least), most: Math.min(held.most, told.most) };
    // Else one of the clocks was set.
    if (both.least <= both.most) known = both;
  }
  clocks.set(db, known);
  return { from: nowMs - known.most, to: nowMs - known.least };
}

/** Pages of messages, in about the same time whatever is asked for and however many messages there are. */
import { and, desc, eq, gte, ilike, inArray, lt, type SQL } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import { isFinal, STATUSES, type Status } from '../sms/status.ts';
import type { Db } from './connection.ts';
import type { MessageRow } from './messages.ts';
import { firstIdAt } from './partitions.ts';
import { messages as m } from './schema.ts';

export interface MessageFilter {
  accountId?: string;
  senderId?: string;
  statuses?: Status[];
  phone?: string;
  /** Part of the cause, any case. */
  error?: string;
  acceptedFrom?: Date;
  acceptedTo?: Date;
}

export interface ListedMessages {
  rows: MessageRow[];
  /**
   * The id of the last message that was looked at, where the search stopped before the page was full: further back there
   * may be more. Undefined: the page is full, or there is nothing further back.
   */
  searchedTo?: string;
}

export interface MessagePlace {
  /** Id of the last message of the page before, or where that one had searched to. */
  before?: string;
  limit: number;
}

/**
 * Where no index leads to what is asked for, so many messages are looked through at a time: few for the first page, which
 * is to be there at once, more for those who go on.
 */
export const SEARCHED_FIRST = 500;
export const SEARCHED_FURTHER = 50_000;

/** Newest first. */
export async function listMessages(db: Db, filter: MessageFilter, place: MessagePlace): Promise<ListedMessages> {
  const { leading, others } = conditionsOf(filter, place.before);
  const isSearch = others.length > 0;
  const most = !isSearch ? place.limit : place.before === undefined ? SEARCHED_FIRST : SEARCHED_FURTHER;
  const led = ledBy(db, leading, most);
  const newest = desc(led.id);
  const rows = await db.orm
    .select()
    .from(led)
    .where(and(...others))
    .orderBy(newest)
    .limit(place.limit);
  if (!isSearch || rows.length === place.limit) return { rows };
  // Messages that have come meanwhile make this one a newer one: then some are looked at twice, and none is left out.
  const [last] = await db.orm
    .select({ id: led.id })
    .from(led)
    .orderBy(newest)
    .limit(1)
    .offset(most - 1);
  if (!last) return { rows };
  const oldest = rows.at(-1)?.id ?? last.id;
  return { rows, searchedTo: oldest < last.id ? oldest : last.id };
}

/** The newest that fit one of the conditions, under the name of the whole table, so that conditions hold for both. */
function ledBy(db: Db, conditions: readonly (SQL | undefined)[], most: number) {
  const newest = desc(m.id);
  const of = (fits: SQL | undefined) => db.orm.select().from(m).where(fits).orderBy(newest).limit(most);
  const [first, second, ...more] = conditions;
  if (conditions.length < 2) return of(first).as('messages');
  return unionAll(of(first), of(second), ...more.map(of))
    .orderBy(newest)
    .limit(most)
    .as('messages');
}

interface Conditions {
  /** Which an index leads to, each on its own: a message fits one of them at most. */
  leading: (SQL | undefined)[];
  /** Looked at in every message that the others have led to. */
  others: SQL[];
}

/** An index gives the order only where each of its columns before the id has one value: so each status stands alone. */
function conditionsOf(filter: MessageFilter, before: string | undefined): Conditions {
  const { phone, senderId, accountId, error } = filter;
  const statuses =
    filter.statuses && STATUSES.every((one) => filter.statuses?.includes(one)) ? undefined : filter.statuses;
  const of = {
    phone: phone === undefined ? undefined : eq(m.phone, phone),
    sender: senderId === undefined ? undefined : eq(m.senderId, senderId),
    account: accountId === undefined ? undefined : eq(m.accountId, accountId),
    statuses: statuses && inArray(m.status, statuses),
    error: error === undefined ? undefined : ilike(m.cause, `%${error.replaceAll(/[\\%_]/g, '\\$&')}%`),
  };
  const first = of.phone ?? of.sender ?? of.account;
  const times = [
    filter.acceptedFrom && gte(m.id, firstIdAt(filter.acceptedFrom)),
    filter.acceptedTo && lt(m.id, firstIdAt(filter.acceptedTo)),
    before === undefined ? undefined : lt(m.id, before),
  ];
  const byStatus = of.phone === undefined ? statuses : undefined;
  // The indexes by account or sender and status hold what has ended: that changes no more, so they cost little.
  const isEnded = byStatus?.every(isFinal) ?? true;
  const led = isEnded ? first : undefined;
  const leading = byStatus
    ? [...new Set(byStatus)].map((status) => and(led, eq(m.status, status), ...times))
    : [and(led, ...times)];
  const others = [of.sender, of.account, byStatus ? undefined : of.statuses, of.error].filter(
    (one) => one !== undefined,
  );
  return { leading, others: others.filter((one) => one !== led) };
}

/** What gateways told us and came to nothing: reports of ids that no message has, and calls that were not understood. */
import { and, desc, eq, isNull, lt, sql as q } from 'drizzle-orm';
import type { Db } from './connection.ts';
import { gatewayMessages as g, gatewayAccounts, hooks as h, senders } from './schema.ts';

export interface UnmatchedReport {
  gateway: string;
  gatewayId: string;
  /** '' where the gateway's ids are unique without it. */
  phone: string;
  status: string | null;
  raw: string | null;
  errorClass: string | null;
  errorCode: string | null;
  reportedAt: Date | null;
  /** Where it is in the list. */
  place: ReportPlace;
}

/** Several come in one transaction and so at one instant: among them the order is that of a hash, which tells nothing. */
export interface ReportPlace {
  /** Microseconds since 1970. */
  at: string;
  hash: string;
}

const AT = q<string>`(extract(epoch FROM ${g.createdAt}) * 1000000)::bigint::text`;
const HASH = q<string>`hashtextextended(${g.gatewayAccountId} || ' ' || ${g.gatewayId} || ' ' || ${g.phone}, 0)`;

/** Newest first. */
export async function listUnmatchedReports(
  db: Db,
  { gateway }: { gateway?: string },
  page: { before?: ReportPlace; limit: number },
): Promise<UnmatchedReport[]> {
  const { before } = page;
  return await db.orm
    .select({
      gateway: gatewayAccounts.gateway,
      gatewayId: g.gatewayId,
      phone: g.phone,
      status: g.status,
      raw: g.raw,
      errorClass: g.errorClass,
      errorCode: g.errorCode,
      reportedAt: g.reportedAt,
      place: { at: AT, hash: q<string>`${HASH}::text` },
    })
    .from(g)
    .innerJoin(gatewayAccounts, eq(gatewayAccounts.id, g.gatewayAccountId))
    .where(
      and(
        isNull(g.messageId),
        gateway === undefined ? undefined : eq(gatewayAccounts.gateway, gateway),
        before === undefined
          ? undefined
          : q`(${g.createdAt}, ${HASH}) < ('epoch'::timestamptz + ${before.at}::bigint * interval '1 microsecond',
              ${before.hash}::bigint)`,
      ),
    )
    .orderBy(desc(g.createdAt), q`${HASH} DESC`)
    .limit(page.limit);
}

/** `refused`: not from the gateway, or not understood; `left`: stored, and not worked through after a minute. */
export type CallTrouble = 'refused' | 'left';

export interface TroubledCall {
  id: string;
  gateway: string;
  sender: string;
  method: string;
  path: string;
  contentType: string | null;
  /** Of the body. */
  bytes: number;
  detail: string | null;
  receivedAt: Date;
}

/** Newest first. */
export async function listTroubledCalls(
  db: Db,
  trouble: CallTrouble,
  page: { before?: string; limit: number },
): Promise<TroubledCall[]> {
  return await db.orm
    .select({
      id: h.id,
      gateway: senders.gateway,
      sender: senders.name,
      method: h.method,
      path: h.path,
      contentType: q<string | null>`${h.headers}->>'content-type'`,
      bytes: q<number>`octet_length(${h.body})`,
      detail: h.detail,
      receivedAt: h.receivedAt,
    })
    .from(h)
    .innerJoin(senders, eq(senders.id, h.senderId))
    .where(
      and(
        // As the partial indexes have it: a parameter would not match them.
        trouble === 'refused' ? q`${h.state} = 'refused'` : q`${h.state} = 'received'`,
        trouble === 'refused' ? undefined : lt(h.receivedAt, q`now() - interval '1 minute'`),
        page.before === undefined ? undefined : lt(h.id, page.before),
      ),
    )
    .orderBy(desc(h.id))
    .limit(page.limit);
}

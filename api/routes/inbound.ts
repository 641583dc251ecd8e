/** What came in: texts from phones, and what gateways told us that came to nothing. */
import type { ApiKey } from '../../db/api-keys.ts';
import { type InboundFilter, type InboundText, listInbound } from '../../db/inbound.ts';
import { listTroubledCalls, listUnmatchedReports, type UnmatchedReport } from '../../db/unmatched.ts';
import { type CountryCode, maskPhone, parsePhone } from '../../sms/phone.ts';
import { may } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { pageFor, shownOf } from '../paging.ts';
import { pairCursor, readPairCursor } from '../pair-cursor.ts';
import { Problem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import {
  type InboundPage,
  type InboundQuery,
  type InboundTextView,
  inboundPageSchema,
  inboundQuerySchema,
  type UnmatchedPage,
  type UnmatchedReportView,
  unmatchedPageSchema,
  unmatchedQuerySchema,
  type WebhookCallPage,
  webhookCallPageSchema,
  webhookCallsQuerySchema,
} from '../schemas/inbound.ts';

const TAG = 'What came in';
const FOR_OPERATORS = 'Only with a key for all accounts.';

export function inboundRoutes(context: ApiContext): Route[] {
  const { db } = context;

  const texts = route({
    method: 'get',
    path: '/v1/inbound',
    tag: TAG,
    summary: 'A page of the texts from phones, newest first',
    description: 'A key of an account sees those that counted for its account.',
    scope: 'messages:read',
    query: inboundQuerySchema,
    answers: { 200: { description: 'The page.', schema: inboundPageSchema } },
    handle: async ({ query, key, res }) => {
      const filter = await filterOf(context, key, query);
      const { shown, nextCursor } = shownOf(await listInbound(db, filter, pageFor(query)), query);
      const answer: InboundPage = { texts: shown.map((text) => viewOf(text, key)), nextCursor };
      res.json(answer);
    },
  });

  const unmatched = route({
    method: 'get',
    path: '/v1/unmatched-reports',
    tag: TAG,
    summary: 'Reports of ids that no message of ours has, newest first',
    description: `They are kept, and take effect if a message comes to have the id. ${FOR_OPERATORS}`,
    scope: 'messages:read',
    query: unmatchedQuerySchema,
    answers: { 200: { description: 'The page.', schema: unmatchedPageSchema } },
    handle: async ({ query: { gateway, limit, cursor }, key, res }) => {
      forOperators(key);
      const page = { limit: limit + 1, ...(cursor === undefined ? {} : { before: placeOf(cursor) }) };
      const rows = await listUnmatchedReports(db, gateway === undefined ? {} : { gateway }, page);
      const shown = rows.slice(0, limit);
      const last = rows.length > limit ? shown.at(-1) : undefined;
      const answer: UnmatchedPage = {
        reports: shown.map((report) => reportView(report, key)),
        nextCursor: last ? pairCursor('r', [BigInt(last.place.at), BigInt(last.place.hash)]) : null,
      };
      res.json(answer);
    },
  });

  const calls = route({
    method: 'get',
    path: '/v1/webhook-calls',
    tag: TAG,
    summary: "Gateways' calls that came to nothing, newest first",
    description: FOR_OPERATORS,
    scope: 'messages:read',
    query: webhookCallsQuerySchema,
    answers: { 200: { description: 'The page.', schema: webhookCallPageSchema } },
    handle: async ({ query, key, res }) => {
      forOperators(key);
      const { shown, nextCursor } = shownOf(await listTroubledCalls(db, query.state, pageFor(query)), query);
      const answer: WebhookCallPage = {
        calls: shown.map(({ receivedAt, detail, ...call }) => ({
          ...call,
          detail: mayShow(key, detail),
          receivedAt: receivedAt.toISOString(),
        })),
        nextCursor,
      };
      res.json(answer);
    },
  });

  return [texts, unmatched, calls];
}

/** @throws Problem */
function forOperators(key: ApiKey): void {
  if (key.accountId !== null) throw new Problem('forbidden', { detail: FOR_OPERATORS });
}

async function filterOf(
  { accounts }: ApiContext,
  key: ApiKey,
  { account, effect, phone, from, to }: InboundQuery,
): Promise<InboundFilter> {
  if (key.accountId !== null && account !== undefined && account !== key.accountId) throw new Problem('forbidden');
  const accountId = key.accountId ?? account;
  const country = accountId === undefined ? undefined : (await accounts.byId(accountId))?.defaultCountry;
  return {
    ...(accountId === undefined ? {} : { accountId }),
    ...(effect === undefined ? {} : { effect }),
    ...(phone === undefined ? {} : { phone: phoneOf(phone, country) }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

/** @throws Problem */
function phoneOf(phone: string, country: string | null | undefined): string {
  const read = parsePhone(phone, (country as CountryCode | null) ?? undefined);
  if (read.ok) return read.e164;
  throw new Problem('invalid-request', {
    errors: [{ parameter: 'phone', code: 'invalid-phone', detail: read.reason }],
  });
}

/** @throws Problem */
function placeOf(cursor: string): UnmatchedReport['place'] {
  const [at, hash] = readPairCursor('r', cursor) ?? [];
  if (at !== undefined && hash !== undefined) return { at: String(at), hash: String(hash) };
  throw new Problem('invalid-request', {
    errors: [{ parameter: 'cursor', code: 'invalid', detail: 'Is not a nextCursor of ours.' }],
  });
}

function viewOf(text: InboundText, key: ApiKey): InboundTextView {
  const seesPhones = may(key, 'phones:read');
  return {
    id: text.id,
    gateway: text.gateway,
    senders: text.senders,
    phone: seesPhones ? text.phone : maskPhone(text.phone),
    recipient: text.recipient,
    ...(seesPhones ? { text: text.text } : {}),
    effect: text.effect,
    accounts: text.accountIds.filter((id) => key.accountId === null || id === key.accountId),
    receivedAt: text.receivedAt.toISOString(),
  };
}

function reportView(report: UnmatchedReport, key: ApiKey): UnmatchedReportView {
  const { gateway, gatewayId, phone, status, raw, errorClass, errorCode, reportedAt } = report;
  return {
    gateway,
    gatewayId,
    phone: phone === '' ? null : may(key, 'phones:read') ? phone : maskPhone(phone),
    status: status as UnmatchedReportView['status'],
    raw: mayShow(key, raw),
    errorClass: errorClass as UnmatchedReportView['errorClass'],
    errorCode,
    reportedAt: reportedAt?.toISOString() ?? null,
  };
}

/** Gateways repeat phones in their words, and here it is not known which. */
function mayShow(key: ApiKey, words: string | null): string | null {
  return may(key, 'phones:read') ? words : (words?.replace(/\+?\d{9,}/g, '******') ?? null);
}

/** How Infobip tells what became of an SMS: in logs, in once-only reports, in webhook calls. */
import { type Account, type Answer, type Call, type HookCall, isFinal, type Report, type Sms } from '../model.ts';
import { basicHeader, json } from './answers.ts';
import { errorCode, infobipDate, statusCode } from './infobip-codes.ts';
import type { House } from './wire.ts';

/** Webhook calls: those of one URL go together, up to 100 in one. */
export function reportCallsOf(reports: readonly Report[], account: Account): HookCall[] {
  const byUrl = new Map<string, Report[]>();
  for (const report of reports) {
    const url = report.sms.reportUrl ?? account.hooks.reports;
    if (url !== undefined) byUrl.set(url, [...(byUrl.get(url) ?? []), report]);
  }
  return [...byUrl].flatMap(([url, all]) => {
    // Only the account's own subscription has credentials; a URL in the message has none.
    const basic = all.some((it) => it.sms.reportUrl !== undefined) ? {} : basicHeader(account.hookBasic);
    const headers = { 'content-type': 'application/json', ...basic };
    return inChunks(all, 100).map((chunk) => {
      const results = chunk.map((it) => (account.unusual ? sparse(it) : pushed(it, account.reportShape)));
      return { url, headers, body: JSON.stringify({ results }), reports: chunk, inbound: [] };
    });
  });
}

/** `GET logs`: repeatable. undefined = a parameter is out of bounds. */
export function logs(params: URLSearchParams, house: House, account: Account, call: Call): Answer | undefined {
  const limit = limitOf(params);
  const ids = params.getAll('messageId').join(',');
  const offset = Number(params.get('cursor') ?? 0);
  if (limit === undefined || ids.length > 2048 || !Number.isInteger(offset) || offset < 0) return undefined;
  const wanted = matching(params, ids, house, account);
  const page = wanted.slice(offset, offset + limit);
  const results = page.map((it) => logged(it, isShapeOne(call.path), account.unusual));
  if (params.get('useCursor') !== 'true') return json(200, { results });
  const nextCursor = offset + limit < wanted.length ? String(offset + limit) : null;
  return json(200, { results, cursor: { limit, nextCursor } });
}

/** `GET reports`: each final status once, and not what a webhook has taken already. */
export function reportsOnce(params: URLSearchParams, house: House, account: Account, call: Call): Answer | undefined {
  const limit = limitOf(params);
  if (limit === undefined) return undefined;
  const fresh = matching(params, params.get('messageId') ?? '', house, account)
    .filter((it) => isFinal(it.status) && it.status !== it.pulled && it.status !== it.reported)
    .slice(0, limit);
  for (const sms of fresh) sms.pulled = sms.status;
  return json(200, { results: fresh.map((it) => logged(it, isShapeOne(call.path), account.unusual)) });
}

/** Calls of the versions 1 and 2 have other field names and errors. */
export const isShapeOne = (path: string) => !path.startsWith('/sms/3/');

function matching(params: URLSearchParams, ids: string, house: House, account: Account): Sms[] {
  const listed = ids.split(',').filter((it) => it !== '');
  const found =
    listed.length > 0 ? [...new Set(listed)].flatMap((id) => house.find(account, id) ?? []) : house.sms(account);
  const is = (name: string, value: string | undefined) => !params.has(name) || params.get(name) === (value ?? '');
  const since = dateOf(params.get('sentSince')) ?? 0;
  const until = dateOf(params.get('sentUntil')) ?? Number.POSITIVE_INFINITY;
  return found.filter((sms) => {
    const at = sms.acceptedAt;
    const inTime = at > Date.now() - REACHES_BACK_MS && at >= since && at <= until;
    const general = statusCode(sms, sms.status, sms.reason).groupName;
    return (
      inTime &&
      is('bulkId', sms.echo.bulkId) &&
      is('sender', sms.sender) &&
      is('destination', sms.phone) &&
      is('campaignReferenceId', sms.echo.campaignReferenceId) &&
      is('entityId', sms.echo.entityId) &&
      is('applicationId', sms.echo.applicationId) &&
      is('generalStatus', general)
    );
  });
}

function logged(sms: Sms, old: boolean, unusual: boolean) {
  return {
    sender: sms.sender,
    ...(old ? { to: sms.phone } : { destination: sms.phone }),
    bulkId: sms.echo.bulkId,
    messageId: sms.id,
    sentAt: infobipDate(sms.acceptedAt),
    doneAt: isFinal(sms.status) ? infobipDate(sms.statusAt) : undefined,
    ...(old || unusual ? { smsCount: sms.parts } : { messageCount: sms.parts }),
    price: { pricePerMessage: 0.02, currency: 'EUR' },
    status: statusCode(sms, sms.status, sms.reason),
    error: errorCode(sms.status, sms.reason, old ? 'v2' : 'v3'),
    content: { text: sms.text },
    mccMnc: mccMncOf(sms.phone),
    campaignReferenceId: sms.echo.campaignReferenceId,
  };
}

/** Most fields can be missing, also the error where there is none. */
function sparse({ sms, status, reason }: Report) {
  const error = errorCode(status, reason, 'v2');
  const code = statusCode(sms, status, reason);
  return { messageId: sms.id, to: sms.phone, status: code, error: error.id === 0 ? undefined : error };
}

function pushed({ sms, status, reason, at }: Report, shape: 'v2' | 'v3') {
  const { bulkId, callbackData, campaignReferenceId, entityId, applicationId } = sms.echo;
  const scope = entityId === undefined && applicationId === undefined ? undefined : { entityId, applicationId };
  return {
    bulkId,
    price: { pricePerMessage: 0.02, currency: 'EUR' },
    status: statusCode(sms, status, reason),
    error: errorCode(status, reason, shape),
    messageId: sms.id,
    to: sms.phone,
    ...(shape === 'v3' ? { sender: sms.sender, platform: scope } : { from: sms.sender, ...scope }),
    sentAt: infobipDate(sms.acceptedAt),
    doneAt: infobipDate(at),
    ...(shape === 'v3' ? { messageCount: sms.parts } : { smsCount: sms.parts }),
    mccMnc: mccMncOf(sms.phone),
    callbackData,
    campaignReferenceId,
  };
}

function limitOf(params: URLSearchParams): number | undefined {
  const limit = Number(params.get('limit') ?? 50);
  return Number.isInteger(limit) && limit >= 1 && limit <= 1000 ? limit : undefined;
}

function dateOf(value: string | null): number | undefined {
  // An unescaped plus sign of the offset has become a space.
  const at = Date.parse((value ?? '').replace(' ', '+').replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(at) ? undefined : at;
}

const mccMncOf = (phone: string) => (phone.startsWith('998') ? '43404' : '25001');

const inChunks = <T>(all: readonly T[], size: number) =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));

const REACHES_BACK_MS = 48 * 3600 * 1000;

/** Play Mobile's calls: delivery reports in JSON, texts from phones in XML. */
import { e164FromDigits } from '../sms/phone.ts';
import type { ReportedStatus } from '../sms/status.ts';
import type { HookReading, InboundSms, StatusReport } from './gateway.ts';
import { fieldOf, isoTime, listOf, readJson, textOf, utf8 } from './read.ts';
import { readXml, xmlText } from './xml.ts';

export function readPlayMobileCall(body: Uint8Array, settings: { keywordPrefixes?: string }): HookReading {
  const isXml = utf8(body).trimStart().startsWith('<');
  return isXml ? readTexts(body, prefixesIn(settings.keywordPrefixes)) : readReports(body);
}

function readReports(body: Uint8Array): HookReading {
  const json = readJson(body);
  if (json === undefined) return { kind: 'refused', status: 400, detail: 'neither JSON nor XML' };
  const rows = listOf(json).flatMap((row) => listOf(fieldOf(row, 'messages') ?? row));
  const reports = rows.map(reportIn).filter((read) => read !== undefined);
  if (reports.length > 0) return { kind: 'read', reports, inbound: [] };
  return { kind: 'nothing', detail: `no status that is understood, in ${rows.length} messages` };
}

function reportIn(row: unknown): StatusReport | undefined {
  const gatewayId = textOf(fieldOf(row, 'message-id'));
  const word = textOf(fieldOf(row, 'status'));
  const status = STATUSES.get((word ?? '').toLowerCase());
  if (gatewayId === undefined || word === undefined || status === undefined) return undefined;
  const detail = textOf(fieldOf(row, 'description'));
  const at = isoTime(fieldOf(row, 'status-date'), 'UTC');
  return {
    gatewayId,
    status,
    raw: word,
    ...(detail === undefined ? {} : { detail }),
    ...(at === undefined ? {} : { at }),
  };
}

const STATUSES: ReadonlyMap<string, ReportedStatus> = new Map([
  ['deferred', 'sent'],
  ['transmitted', 'sent'],
  ['delivered', 'delivered'],
  ['notdelivered', 'undelivered'],
  ['expired', 'expired'],
  ['rejected', 'rejected'],
  ['failed', 'rejected'],
]);

function readTexts(body: Uint8Array, prefixes: string[]): HookReading {
  const xml = readXml(body);
  if (xml === undefined) return { kind: 'refused', status: 400, detail: 'XML that is not well-formed' };
  const messages = listOf(fieldOf(fieldOf(xml, 'sms-request'), 'message'));
  const inbound = messages.map((message) => textIn(message, prefixes)).filter((read) => read !== undefined);
  if (inbound.length > 0) return { kind: 'read', reports: [], inbound };
  return { kind: 'nothing', detail: 'XML without a message from a phone' };
}

/** The submit date is left out: its time zone is not documented. */
function textIn(message: unknown, prefixes: string[]): InboundSms | undefined {
  const from = e164FromDigits(textOf(fieldOf(message, '@msisdn')) ?? '');
  if (from === undefined) return undefined;
  const inboundId = textOf(fieldOf(message, '@id'));
  const text = textOf(xmlText(fieldOf(message, 'content'))) ?? '';
  return { ...(inboundId === undefined ? {} : { inboundId }), from, text: withoutPrefix(text, prefixes) };
}

/** The whole text where nothing but the prefix was sent. */
function withoutPrefix(text: string, prefixes: string[]): string {
  const prefix = prefixes.find(
    (candidate) => text.slice(0, candidate.length).toLowerCase() === candidate.toLowerCase(),
  );
  return (prefix === undefined ? '' : text.slice(prefix.length).trimStart()) || text;
}

/** The longest first, so that a keyword which begins with another is cut off whole. */
function prefixesIn(setting = ''): string[] {
  return setting
    .split(',')
    .map((prefix) => prefix.trim())
    .filter((prefix) => prefix !== '')
    .sort((a, b) => b.length - a.length);
}

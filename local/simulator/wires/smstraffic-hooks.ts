/** SMS Traffic's calls to its clients: reports by POST, inbound SMS in windows-1251 by GET or POST. */
import { type Account, type HookCall, type Inbound, partStatus, type Report, type Sms } from '../model.ts';
import { lookOf } from './smstraffic-answers.ts';
import { moscowMinute } from './smstraffic-dates.ts';
import { percentEncoded } from './smstraffic-form.ts';
import { optionsOf } from './smstraffic-options.ts';
import { wordOf } from './smstraffic-status.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** One call for every part. Nobody has documented those of Smart Delivery: there are none unless set. */
export function reportCalls(reports: readonly Report[], account: Account): HookCall[] {
  const url = account.hooks.reports;
  if (url === undefined) return [];
  return reports
    .filter((it) => !isSmart(it.sms) || optionsOf(account).smartReports)
    .flatMap((report) => idsOf(report).map((id) => reportCall(url, report, id, account)));
}

function reportCall(url: string, report: Report, id: string, account: Account): HookCall {
  const fields = {
    sms_id: id,
    status: wordOf(report.status, report.reason, lookOf(isSmart(report.sms), account), account),
    delivery_date: moscowMinute(report.at),
  };
  return { url, headers: FORM, body: new URLSearchParams(fields).toString(), reports: [report], inbound: [] };
}

/** A part whose status the control API has set apart is not told that of the whole. */
function idsOf({ sms, status, partId }: Report): readonly string[] {
  if (partId !== undefined) return [partId];
  return (sms.partIds ?? [sms.id]).filter(
    (id) => sms.partStatuses?.[id] === undefined || partStatus(sms, id) === status,
  );
}

export const isSmart = (sms: Sms) => sms.echo.product === 'smart';

export function inboundCalls(inbound: readonly Inbound[], account: Account): HookCall[] {
  const url = account.hooks.inbound;
  return url === undefined ? [] : inbound.map((it) => inboundCall(url, it, account));
}

function inboundCall(url: string, it: Inbound, account: Account): HookCall {
  const { inboundMethod, inboundCharset, shortcode, shortcodePassword } = optionsOf(account);
  const fields: Record<string, string> = {
    phone: it.from,
    message: it.text,
    sms_id: it.id,
    ...(shortcode === '' ? {} : { shortcode, password: shortcodePassword }),
  };
  const encoded = Object.entries(fields).map(([name, value]) => [name, percentEncoded(value, inboundCharset)] as const);
  const pairs = (account.unusual ? encoded.toReversed() : encoded).map(([name, value]) => `${name}=${value}`).join('&');
  const answers = shortcode === '' ? { isHeard } : { sendsBack };
  const common = { ...answers, reports: [], inbound: [it] };
  if (inboundMethod === 'POST') return { url, headers: FORM, body: pairs, ...common };
  return { method: 'GET', url: filled(url, new Map(encoded), pairs), headers: {}, body: '', ...common };
}

/** A template has places such as `{{message}}`; a plain address gets all the fields. */
function filled(url: string, values: ReadonlyMap<string, string>, pairs: string): string {
  if (!url.includes('{{')) return `${url}${url.includes('?') ? '&' : '?'}${pairs}`;
  return url.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values.get(name) ?? '');
}

/** The virtual number wants the word. */
const isHeard = (body: string) => body.trim() === 'OK';

/** The short code sends the answer to the phone. */
const sendsBack = (status: number, body: string) => (status === 200 && body.trim() !== '' ? [body] : []);

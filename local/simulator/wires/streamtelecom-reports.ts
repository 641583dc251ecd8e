/** How Stream Telecom tells of statuses: a call to the message's own URL, and one XML document to the account's. */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { escapeXml } from '../escape.ts';
import type { Account, HookCall, Report, Status } from '../model.ts';
import { isRecord } from './answers.ts';
import { PRICE } from './streamtelecom-state.ts';

export function reportCalls(reports: readonly Report[], account: Account): HookCall[] {
  const calls = reports.flatMap((it) => callback(it));
  const { reports: url } = account.hooks;
  return account.options.push === true && url !== undefined && reports.length > 0
    ? [...calls, push(url, reports, account)]
    : calls;
}

/** What this call carries is not documented: here nothing that could be used, so that it is no more than a hint. */
function callback(report: Report): HookCall[] {
  const url = report.sms.reportUrl;
  if (url === undefined) return [];
  const headers = { 'content-type': 'application/json' };
  return [{ url, headers, body: JSON.stringify({ notice: 'state changed' }), reports: [report], inbound: [] }];
}

/** Unusual: the other edition, with the root element `response`, more attributes and the word `read`. */
function push(url: string, reports: readonly Report[], { unusual }: Account): HookCall {
  const root = unusual ? 'response' : 'request';
  const states = reports.map(({ sms, status, at }) => {
    const more = unusual ? ` num_parts="${sms.parts}" price="${PRICE}"` : '';
    const word = unusual && status === 'delivered' ? 'read' : WORDS[status];
    const time = word === 'send' ? '' : localDate(at);
    return `<state id_sms="${escapeXml(sms.id)}" time="${time}"${more}>${word}</state>`;
  });
  const ids = reports.map((it) => it.sms.id);
  return {
    url,
    headers: { 'content-type': 'text/xml; charset=utf-8' },
    body: `<?xml version="1.0" encoding="utf-8"?><${root}>${states.join('')}</${root}>`,
    isHeard: (answer) => ids.every((id) => idsIn(answer).has(id)),
    reports,
    inbound: [],
  };
}

const WORDS: Record<Status, string> = {
  pending: 'send',
  sent: 'send',
  delivered: 'deliver',
  undelivered: 'not_deliver',
  expired: 'expired',
  rejected: 'not_deliver',
};

/** `<response><id_sms>…</id_sms>…</response>`; of anything else none. */
function idsIn(answer: string): ReadonlySet<string> {
  const root = parse(answer);
  const response = isRecord(root) ? root.response : undefined;
  const ids = isRecord(response) ? response.id_sms : undefined;
  return new Set((Array.isArray(ids) ? ids : [ids]).filter((it) => typeof it === 'string'));
}

function parse(answer: string): unknown {
  try {
    return XMLValidator.validate(answer) === true ? PARSER.parse(answer) : undefined;
  } catch {
    return undefined;
  }
}

const PARSER = new XMLParser({ parseTagValue: false });

/** `YYYY-MM-DD hh:mm:ss` in Moscow's time: the zone is not documented. */
const localDate = (at: number) => new Date(at + 3 * 3600_000).toISOString().slice(0, 19).replace('T', ' ');

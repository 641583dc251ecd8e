/** Rapporto's calls to its clients: GET, everything in the URL, UTF-8. */
import { createHmac } from 'node:crypto';
import type { Account, HookCall, Inbound, Report } from '../model.ts';
import { partsOf } from '../segments.ts';
import { optionsOf } from './rapporto-options.ts';

export function reportCalls(reports: readonly Report[], account: Account): HookCall[] {
  const url = account.hooks.reports;
  if (url === undefined) return [];
  const { megafon } = optionsOf(account);
  const told = reports.filter((it) => !(megafon && isMegafon(it.sms.phone) && codesOf(it).status !== 0));
  return told.map((it) => ({
    method: 'GET',
    url: withParams(url, reportParams(it, account)),
    headers: {},
    body: '',
    reports: [it],
    inbound: [],
  }));
}

function reportParams(report: Report, account: Account): Record<string, string | undefined> {
  const { sms } = report;
  const { status, reason } = codesOf(report);
  if (account.unusual) return { transactionId: sms.id, status: String(status) };
  return {
    msgType: 'SMS',
    transactionId: sms.id,
    partnerMsgId: sms.ownId,
    ptag: sms.echo.ptag || undefined,
    status: String(status),
    unifiedExtStatus: optionsOf(account).unifiedExtStatus ? reason : undefined,
  };
}

/** Reasons: 2 phone off, 8 unknown subscriber, 10 platform's filter, 12 operator's black list, 18 bad parameters. */
function codesOf({ status, reason }: Report): { status: 0 | 2 | 5; reason?: string } {
  switch (status) {
    case 'pending':
    case 'sent':
      return { status: 0 };
    case 'delivered':
      return { status: 2 };
    case 'undelivered':
      return { status: 5, reason: '8' };
    case 'expired':
      return { status: 5, reason: '2' };
    case 'rejected':
      return { status: 5, reason: reason === 'opted-out' ? '12' : reason === 'failed' ? '18' : '10' };
  }
}

/** Its number ranges; the operator says neither delivered nor not delivered. */
const isMegafon = (phone: string) => /^79[23]/.test(phone);

export function inboundCalls(inbound: readonly Inbound[], account: Account): HookCall[] {
  const url = account.hooks.inbound;
  if (url === undefined) return [];
  return inbound.map((it) => ({
    method: 'GET',
    url: withParams(url, inboundParams(it, account)),
    headers: {},
    body: '',
    sendsBack,
    reports: [],
    inbound: [it],
  }));
}

function inboundParams(it: Inbound, account: Account): Record<string, string | undefined> {
  const { keyword, hashKey } = optionsOf(account);
  const starts = keyword !== '' && it.text.toLowerCase().startsWith(keyword.toLowerCase());
  const message = starts ? it.text.slice(keyword.length).trimStart() : it.text;
  const signed = hashKey === '' ? {} : { hash: hmac(hashKey, it.from + message + it.id) };
  if (account.unusual) return { clientId: it.from, message, messageId: hashKey === '' ? undefined : it.id, ...signed };
  return {
    clientId: it.from,
    message,
    connectorId: '50',
    serviceId: account.login,
    receivedDate: moscowDate(it.at),
    shortNumber: it.to,
    mtSent: '0',
    messageId: it.id,
    clientPhone: `*******${it.from.slice(-4)}`,
    sum_sms: String(partsOf(it.text)),
    ...signed,
  };
}

const hmac = (key: string, signed: string) => createHmac('sha256', key).update(signed).digest('base64');

/** Upon 200 every line goes to the phone as an SMS of its own. */
function sendsBack(status: number, body: string): string[] {
  return status === 200 ? body.split(/\r?\n/).filter((line) => line.trim() !== '') : [];
}

/** Behind what the client's address says itself. */
function withParams(url: string, params: Record<string, string | undefined>): string {
  const pairs = Object.entries(params).flatMap(([name, value]) => {
    return value === undefined ? [] : [`${name}=${encodeURIComponent(value).replaceAll('%3A', ':')}`];
  });
  return `${url}${url.includes('?') ? '&' : '?'}${pairs.join('&')}`;
}

const moscowDate = (at: number) => new Date(at + 3 * 3600_000).toISOString().slice(0, 19).replace('T', ' ');

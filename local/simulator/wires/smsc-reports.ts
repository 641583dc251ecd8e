import { createHash } from 'node:crypto';
import type { Account, HookCall, Report } from '../model.ts';
import { basicHeader } from './answers.ts';
import { errorCode, PRICE, statusCode } from './smsc-status.ts';

/** Options are written into the URL: `charset`, `fmt` and `md5` or `sha1` for a checksum. */
export function reportCall(report: Report, account: Account): HookCall[] {
  const url = account.hooks.reports;
  if (url === undefined || !URL.canParse(url)) return [];
  const { sms, status, reason, at } = report;
  const options = new URL(url).searchParams;
  const told: Record<string, string> = { id: sms.id, phone: sms.phone, status: String(statusCode(status)) };
  const more = {
    err: String(errorCode(status, reason)),
    type: '0',
    cost: (sms.parts * PRICE).toFixed(2),
    ts: String(Math.floor(at / 1000)),
  };
  const signed = [...Object.values(told), account.hookSecret].join(':');
  const fields: Record<string, string> = account.unusual ? told : { ...told, ...more };
  for (const hash of ['md5', 'sha1']) {
    if (account.hookSecret !== undefined && options.has(hash)) {
      fields[hash] = createHash(hash).update(signed).digest('hex');
    }
  }
  const isJson = options.get('fmt') === '3';
  const type = isJson ? 'application/json' : 'application/x-www-form-urlencoded';
  const body = isJson ? JSON.stringify(fields) : new URLSearchParams(fields).toString();
  return [
    { url, headers: { 'content-type': type, ...basicHeader(account.hookBasic) }, body, reports: [report], inbound: [] },
  ];
}

/** What a profile reads in the gateway's calls. */
import { e164FromDigits } from '../../sms/phone.ts';
import type { StatusReport } from '../../sms/report.ts';
import type { HookReading, InboundSms, RawHook } from '../gateway.ts';
import { isSame } from '../secrets.ts';
import { type Document, findOne, holds, readDocument } from './document.ts';
import { valuesAt } from './path.ts';
import { reportOf } from './read.ts';
import type { Profile } from './schema.ts';

export function readCall(hook: RawHook, profile: Profile, hookSecret: string | undefined): HookReading {
  const reports: StatusReport[] = [];
  const inbound: InboundSms[] = [];
  let [known, broken] = [false, false];
  for (const kind of ['reports', 'inbound'] as const) {
    const form = profile[kind];
    if (!form) continue;
    const document = readDocument(hook, form.format, form.charset);
    if (document.broken) {
      // An empty body is a question whether anybody is there.
      broken ||= document.text.trim() !== '';
      continue;
    }
    if (!holds(document, form.when)) continue;
    if (form.secret !== undefined && !isRight(findOne(document, form.secret), hookSecret)) {
      return { kind: 'refused', status: 403, detail: 'the webhook secret is missing or wrong' };
    }
    known = true;
    const entries = form.each === undefined ? [document.value] : valuesAt(document.value, form.each);
    for (const entry of entries) {
      if (kind === 'reports') reports.push(...reportsIn(document, entry, profile));
      else inbound.push(...textsIn(document, entry, profile));
    }
  }
  if (reports.length + inbound.length > 0) return { kind: 'read', reports, inbound };
  if (broken && !known) return { kind: 'refused', status: 400, detail: 'not of the form that the profile names' };
  return { kind: 'nothing', detail: known ? 'nothing that the profile describes' : 'a call of another kind' };
}

/** A sender without a secret has none that could be right. */
function isRight(given: string | undefined, secret: string | undefined): boolean {
  return given !== undefined && secret !== undefined && isSame(given, secret);
}

function reportsIn(document: Document, entry: unknown, { reports: form }: Profile): StatusReport[] {
  if (!form) return [];
  const gatewayId = findOne(document, form.id, entry);
  if (gatewayId === undefined) return [];
  const report = reportOf(document, { ...form, gatewayId }, entry);
  const phone = e164FromDigits(findOne(document, form.phone, entry) ?? '');
  return report ? [{ ...report, ...(phone === undefined ? {} : { phone }) }] : [];
}

function textsIn(document: Document, entry: unknown, { inbound: form }: Profile): InboundSms[] {
  if (!form) return [];
  const from = e164FromDigits(findOne(document, form.from, entry) ?? '');
  const text = findOne(document, form.text, entry);
  if (from === undefined || text === undefined) return [];
  const inboundId = findOne(document, form.id, entry);
  const to = findOne(document, form.to, entry);
  return [{ from, text, ...(inboundId === undefined ? {} : { inboundId }), ...(to === undefined ? {} : { to }) }];
}

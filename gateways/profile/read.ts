/** What a profile reads in answers and calls. */
import type { SendAnswer } from '../../sms/outcome.ts';
import { e164FromDigits } from '../../sms/phone.ts';
import type { StatusReport } from '../../sms/report.ts';
import type { Asked, HookReading, HttpResponse, InboundSms, PollAnswer, PollResult, RawHook } from '../gateway.ts';
import { httpTrouble, isSuccess, pollError } from '../http-answers.ts';
import { ownId } from '../reference.ts';
import { isSame } from '../secrets.ts';
import { type Document, findAll, findOne, holds, readDocument } from './document.ts';
import { valuesAt } from './path.ts';
import type { Profile, State } from './schema.ts';

/** A rule that fits tells what went wrong; a success needs a 2xx and every condition; the rest is not understood. */
export function readSendAnswer(response: HttpResponse, { sendAnswer }: Profile): SendAnswer {
  const document = readDocument(response, sendAnswer.format, sendAnswer.charset);
  const rule = sendAnswer.errors.find(({ when }) => holds(document, when));
  const code = findOne(document, sendAnswer.code);
  const detail = findOne(document, sendAnswer.detail);
  const said = { ...(code === undefined ? {} : { code }), ...(detail === undefined ? {} : { detail }) };
  if (rule) {
    const { class: errorClass, notTaken, optOut, retryAfterS } = rule;
    const wait = retryAfterS === undefined ? {} : { retryAfterS };
    return { kind: 'error', class: errorClass, ...said, notTaken, ...wait, ...(optOut ? { optOut } : {}) };
  }
  const trouble = httpTrouble(response);
  if (trouble) return { ...trouble, ...said };
  if (!isSuccess(response) || !holds(document, sendAnswer.success)) {
    return { kind: 'unreadable', detail: `HTTP ${response.status}, which the profile does not describe` };
  }
  if (sendAnswer.id === undefined) return { kind: 'accepted', ids: [] };
  const ids = [...new Set(findAll(document, sendAnswer.id))];
  if (ids.length === 0) return { kind: 'unreadable', detail: 'a success without the id that the profile names' };
  return {
    kind: 'accepted',
    ids: ids.length === 1 ? ids.map((id) => ({ id })) : ids.map((id, i) => ({ id, part: i + 1 })),
  };
}

/** One id, or our reference, for each request. */
export function readStatusAnswer(response: HttpResponse, asked: Asked[], profile: Profile): PollResult {
  const { status } = profile;
  if (!status) return { kind: 'unreadable', detail: 'the profile describes no status request' };
  const document = readDocument(response, status.format, status.charset);
  const answer = (): PollAnswer | undefined => {
    if (status.notFound.length > 0 && holds(document, status.notFound)) return { kind: 'not-found' };
    const [message] = asked;
    const id = status.by === 'own-id' ? message && ownId(message.ref, profile) : message?.ids[0]?.id;
    const report = id && reportOf(document, { ...status, gatewayId: id });
    return report ? { kind: 'status', report } : undefined;
  };
  const read = answer();
  if (read === undefined || (read.kind === 'status' && !isSuccess(response))) {
    const trouble = httpTrouble(response);
    if (trouble) return pollError(trouble);
    if (!isSuccess(response)) return { kind: 'unreadable', detail: `HTTP ${response.status}` };
  }
  const told = read ?? ({ kind: 'nothing' } as const);
  return { kind: 'read', answers: asked.map(({ ids }) => (ids.length === 0 ? [told] : ids.map(() => told))) };
}

export function readCall(hook: RawHook, profile: Profile, hookSecret: string | undefined): HookReading {
  const reports: StatusReport[] = [];
  const inbound: InboundSms[] = [];
  let told = false;
  for (const kind of ['reports', 'inbound'] as const) {
    const form = profile[kind];
    if (!form) continue;
    const document = readDocument(hook, form.format, form.charset);
    if (!holds(document, form.when)) continue;
    if (form.secret !== undefined && !isSame(findOne(document, form.secret) ?? '', hookSecret ?? '')) {
      return { kind: 'refused', status: 403, detail: 'the webhook secret is missing or wrong' };
    }
    told = true;
    const entries = form.each === undefined ? [document.value] : valuesAt(document.value, form.each);
    for (const entry of entries) {
      if (kind === 'reports') reports.push(...reportsIn(document, entry, profile));
      else inbound.push(...textsIn(document, entry, profile));
    }
  }
  if (reports.length + inbound.length > 0) return { kind: 'read', reports, inbound };
  return { kind: 'nothing', detail: told ? 'nothing that the profile describes' : 'a call of another kind' };
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

type ReportForm = Pick<NonNullable<Profile['status']>, 'state' | 'states' | 'code' | 'detail'> & { gatewayId: string };

/** Undefined for a state that the table does not have: it changes nothing. */
function reportOf(document: Document, form: ReportForm, entry?: unknown): StatusReport | undefined {
  const raw = findOne(document, form.state, entry);
  const state = raw === undefined ? undefined : stateOf(form.states, raw);
  if (raw === undefined || state === undefined) return undefined;
  const { status, errorClass, optOut } = typeof state === 'string' ? { status: state } : state;
  const errorCode = findOne(document, form.code, entry);
  const detail = findOne(document, form.detail, entry);
  return {
    gatewayId: form.gatewayId,
    status,
    raw,
    ...(errorClass === undefined ? {} : { errorClass }),
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(detail === undefined ? {} : { detail }),
    ...(optOut === undefined ? {} : { optOut }),
  };
}

function stateOf(states: Record<string, State>, raw: string): State | undefined {
  const wanted = raw.toLowerCase();
  return Object.entries(states).find(([word]) => word.toLowerCase() === wanted)?.[1];
}

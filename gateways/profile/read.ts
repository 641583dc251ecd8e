/** What a profile reads in answers. */
import type { SendAnswer } from '../../sms/outcome.ts';
import type { StatusReport } from '../../sms/report.ts';
import type { Asked, HttpResponse, PollAnswer, PollResult } from '../gateway.ts';
import { httpTrouble, isSuccess, pollError } from '../http-answers.ts';
import { answerOnly, idIn } from '../one-by-one.ts';
import { ownId } from '../reference.ts';
import type { State } from './answer-schema.ts';
import { type Document, findAll, findOne, holds, readDocument } from './document.ts';
import { looksInside } from './extract-schema.ts';
import type { Profile } from './schema.ts';

/** A rule that fits tells what went wrong; a success needs a 2xx and every condition; the rest is not understood. */
export function readSendAnswer(response: HttpResponse, { sendAnswer }: Profile): SendAnswer {
  const document = readDocument(response, sendAnswer.format, sendAnswer.charset);
  const rule = sendAnswer.errors.find(({ when }) => holds(document, when));
  const code = findOne(document, sendAnswer.code);
  const detail = findOne(document, sendAnswer.detail);
  const said = { ...(code === undefined ? {} : { code }), ...(detail === undefined ? {} : { detail }) };
  if (rule) {
    const { class: errorClass, notTaken = provesSomething(response), optOut, retryAfterS, id } = rule;
    return {
      kind: 'error',
      class: errorClass,
      ...said,
      notTaken,
      ...(retryAfterS === undefined ? {} : { retryAfterS }),
      ...(optOut ? { optOut } : {}),
      ...(id === undefined || errorClass !== 'duplicate'
        ? {}
        : { ids: findAll(document, id).map((held) => ({ id: held })) }),
    };
  }
  const trouble = httpTrouble(response);
  if (trouble) return { ...trouble, ...said };
  if (!isSuccess(response) || document.broken || !holds(document, sendAnswer.success)) {
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

/** Of the statuses that may come although the SMS was taken. */
function provesSomething({ status }: HttpResponse): boolean {
  return (status >= 200 && status < 300) || (status >= 400 && status < 500 && status !== 408);
}

/** One id, or our reference, for each request. */
export function readStatusAnswer(response: HttpResponse, asked: Asked[], profile: Profile): PollResult {
  const { status } = profile;
  const [message] = asked;
  if (!status || !message) return { kind: 'unreadable', detail: 'the profile describes no status request' };
  const document = readDocument(response, status.format, status.charset);
  if (isNotFound(document, response, status.notFound)) return toldOf(asked, status.by, { kind: 'not-found' });
  const trouble = httpTrouble(response);
  if (trouble) return pollError(trouble);
  if (!isSuccess(response) || document.broken) {
    return { kind: 'unreadable', detail: `HTTP ${response.status}, which the profile does not describe` };
  }
  const gatewayId = status.by === 'own-id' ? ownId(message.ref, profile) : idIn(asked);
  const report = gatewayId ? reportOf(document, { ...status, gatewayId }) : undefined;
  const { phone } = message;
  return toldOf(asked, status.by, report ? { kind: 'status', report: { ...report, phone } } : { kind: 'nothing' });
}

/** Never what merely failed: it could pass for the proof that nothing was taken. */
function isNotFound(
  document: Document,
  response: HttpResponse,
  conditions: NonNullable<Profile['status']>['notFound'],
): boolean {
  if (conditions.length === 0 || response.status >= 500 || !holds(document, conditions)) return false;
  if (conditions.some(looksInside)) return true;
  return conditions.some(({ status }) => status !== undefined) || (isSuccess(response) && !document.broken);
}

/** Our reference stands for all ids of the message; one id for itself alone. */
function toldOf(asked: Asked[], by: 'own-id' | 'gateway-id', answer: PollAnswer): PollResult {
  if (by === 'gateway-id') return answerOnly(asked, answer);
  const answers = asked.map(({ ids }, i) =>
    Array.from({ length: ids.length || 1 }, (): PollAnswer => (i === 0 ? answer : { kind: 'nothing' })),
  );
  return { kind: 'read', answers };
}

export type ReportForm = Pick<NonNullable<Profile['status']>, 'state' | 'states' | 'code' | 'detail'> & {
  gatewayId: string;
};

/** Undefined for a state that the table does not have: it changes nothing. */
export function reportOf(document: Document, form: ReportForm, entry?: unknown): StatusReport | undefined {
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

/** SMSimple's statuses: counts of the SMS behind an id, which are the parts of a text. */
import type { ReportedStatus } from '../sms/status.ts';
import type { Asked, HttpResponse, PollAnswer, PollResult } from './gateway.ts';
import { httpTrouble, isSuccess, pollError } from './http-answers.ts';
import { answerOnly, idIn } from './one-by-one.ts';
import { fieldOf, intOf, textOf } from './read.ts';
import { smsimpleTrouble } from './smsimple-errors.ts';
import { readRpc } from './smsimple-rpc.ts';

/** How SMSimple says that a session is over is not known: an error without a meaning, or an empty result, may be that. */
export function readSmsimpleStatus(response: HttpResponse, asked: Asked[]): PollResult {
  const trouble = httpTrouble(response);
  if (trouble !== undefined) return pollError(trouble);
  const answer = readRpc(response.body);
  if (answer?.error !== undefined) {
    const said = smsimpleTrouble(answer.error);
    if (said.kind === 'session-lost' || said.class === 'unknown') return { kind: 'session-lost' };
    return pollError(said);
  }
  const result = answer?.result;
  if (isSuccess(response) && answer !== undefined && (result ?? '') === '') return { kind: 'session-lost' };
  if (!isSuccess(response) || fieldOf(result, ...COUNTS) === undefined) {
    return { kind: 'unreadable', detail: `HTTP ${response.status} without counts of SMS` };
  }
  const id = idIn(asked);
  const told = textOf(fieldOf(result, 'sms_id')) ?? id;
  return answerOnly(asked, id !== undefined && told === id ? answerIn(result, id) : { kind: 'nothing' });
}

const COUNTS = ['sms_count', 'sms_delivered', 'sms_failed', 'sms_delayed'] as const;

function answerIn(result: unknown, gatewayId: string): PollAnswer {
  const [count, delivered, failed, delayed] = COUNTS.map((name) => {
    const held = fieldOf(result, name);
    return held === undefined ? 0 : intOf(held);
  });
  if (count === undefined || delivered === undefined || failed === undefined || delayed === undefined) {
    return { kind: 'nothing' };
  }
  const status = statusOf({ count, delivered, failed, delayed });
  if (status === undefined) return { kind: 'nothing' };
  const raw = `count ${count}, delivered ${delivered}, failed ${failed}, delayed ${delayed}`;
  return { kind: 'status', report: { gatewayId, status, raw } };
}

interface Counts {
  count: number;
  delivered: number;
  failed: number;
  delayed: number;
}

/** Undefined where all are 0: SMSimple has lost it, or does not know it yet. */
function statusOf({ count, delivered, failed, delayed }: Counts): ReportedStatus | undefined {
  if (delayed > 0) return 'sent';
  if (count > 0 && delivered === count) return 'delivered';
  if (failed > 0) return 'undelivered';
  return delivered > 0 ? 'delivered' : undefined;
}

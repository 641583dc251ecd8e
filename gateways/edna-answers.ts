/** What edna's HPG answers: text of fields with semicolons between them. */
import type { SendAnswer } from '../sms/outcome.ts';
import { ednaErrorOf, ednaStatusOf, ednaTrouble, UNKNOWN_ID } from './edna-codes.ts';
import type { Asked, HttpResponse, PollAnswer, PollResult } from './gateway.ts';
import { httpTrouble, isSuccess, pollError, type Trouble } from './http-answers.ts';
import { answerOnly, idIn } from './one-by-one.ts';
import { utf8 } from './read.ts';
import { digitsReference } from './reference.ts';

/** `ok;our id;id of edna's`, or an `error-…` with or without the other two. */
export function readEdnaSend(response: HttpResponse, ownId: string): SendAnswer {
  const line = lineAbout(ownId, response.body);
  const trouble = ednaHttpTrouble(response, line);
  if (trouble !== undefined) return trouble;
  const [code = '', about = '', id = ''] = line;
  const error = ednaErrorOf(code);
  // Where an installation takes no ids of ours, the second field is the index of the message, which is always 0.
  const mayBeOurs = about === ownId || about === '0' || about === '';
  if (error !== undefined && mayBeOurs) {
    const trouble = ednaTrouble(code, error);
    return error.class === 'duplicate' && /^\d+$/.test(id) ? { ...trouble, ids: [{ id }] } : trouble;
  }
  // A bare "ok" is what any server may say.
  if (!isOk(code) || !mayBeOurs || about + id === '' || !/^\d*$/.test(id)) {
    return { kind: 'unreadable', detail: `HTTP ${response.status} with neither an ok for the message nor an error` };
  }
  return { kind: 'accepted', ids: id === '' ? [] : [{ id }] };
}

/** `ok;id of edna's;status;time;reason`. The time is left out: its zone is not documented. */
export function readEdnaStatus(response: HttpResponse, asked: Asked[]): PollResult {
  const id = idIn(asked);
  const line = lineAbout(id, response.body);
  const [code = '', about = '', word = '', , reason = ''] = line;
  if (code.toLowerCase() === UNKNOWN_ID) return answerOnly(asked, { kind: 'not-found' });
  const trouble = ednaHttpTrouble(response, line);
  if (trouble !== undefined) return pollError(trouble);
  const error = ednaErrorOf(code);
  if (error !== undefined) return pollError(ednaTrouble(code, error));
  if (!isOk(code) || (about !== '' && about !== id)) {
    return { kind: 'unreadable', detail: `HTTP ${response.status} without the status that was asked for` };
  }
  return answerOnly(asked, isOwnId(id, asked) ? { kind: 'nothing' } : statusIn(id, word, reason));
}

/** Our own id is a number as well, and asked as one of edna's it may be another message's. */
function isOwnId(id: string | undefined, [message]: Asked[]): boolean {
  return message !== undefined && id === digitsReference(message.ref);
}

function statusIn(gatewayId: string | undefined, word: string, reason: string): PollAnswer {
  const status = ednaStatusOf(word);
  if (gatewayId === undefined || status === undefined) return { kind: 'nothing' };
  if (status === 'sent' || status === 'delivered') return { kind: 'status', report: { gatewayId, status, raw: word } };
  const errorCode = [reason, word].find((field) => ednaErrorOf(field) !== undefined);
  const errorClass = ednaErrorOf(errorCode)?.class;
  return {
    kind: 'status',
    report: {
      gatewayId,
      status,
      raw: word,
      ...(errorClass === undefined ? {} : { errorClass }),
      ...(errorCode === undefined ? {} : { errorCode }),
      ...(reason === '' ? {} : { detail: reason }),
    },
  };
}

/** Under another HTTP status than 2xx the body is the text of the error. */
function ednaHttpTrouble(response: HttpResponse, [code = '']: string[]): Trouble | undefined {
  const trouble = httpTrouble(response);
  const error = ednaErrorOf(code);
  if (trouble !== undefined) return error === undefined ? trouble : { ...trouble, code };
  if (isSuccess(response)) return undefined;
  if (error !== undefined) return ednaTrouble(code, error);
  return { kind: 'error', class: 'invalid-request', code: `HTTP ${response.status}`, notTaken: true };
}

/** The fields of the line that names the id, else of the first that looks like an answer. */
function lineAbout(id: string | undefined, body: Uint8Array): string[] {
  const lines = utf8(body)
    .split(/[\r\n]+/)
    .map((line) => line.split(';', 6).map((field) => field.trim()))
    .filter(([code = '']) => isOk(code) || ednaErrorOf(code) !== undefined);
  return lines.find(([, about]) => about === id) ?? lines[0] ?? [];
}

function isOk(code: string): boolean {
  return code.toLowerCase() === 'ok';
}

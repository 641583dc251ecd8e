/** Rapporto's answers: an HTTP status with a few words, or with `output=xml` HTTP 200 and the code inside. */
import { escapeXml } from '../escape.ts';
import type { Account, Answer } from '../model.ts';
import { text } from './answers.ts';
import { optionsOf } from './rapporto-options.ts';

export type Code = 400 | 401 | 402 | 403 | 406 | 408 | 409 | 414 | 500 | 503;

/** `id` absent: the answer says OK and nothing else. */
export function success(form: URLSearchParams, account: Account, id = ''): Answer {
  if (isXml(form)) return xml(200, 'OK', `<payload>${id === '' ? '' : `<id>${id}</id>`}</payload>`);
  if (optionsOf(account).digitsOnly) return text(200, id);
  return text(200, account.unusual ? `OK\r\n\r\n${id}\r\n` : `OK\n${id}`);
}

/** The words are optional: an `unusual` account gets none. */
export function failure(code: Code, form: URLSearchParams, account?: Account): Answer {
  const says = account?.unusual ? '' : WORDS[code];
  return isXml(form) ? xml(code, says) : text(code, says);
}

export const isCode = (code: number): code is Code => code in WORDS;

const isXml = (form: URLSearchParams) => form.get('output') === 'xml';

function xml(code: number, says: string, payload = ''): Answer {
  const body = `<response><code>${code}</code><text>${escapeXml(says)}</text>${payload}</response>`;
  return {
    status: code === 500 ? 500 : 200,
    headers: { 'content-type': 'text/xml; charset=utf-8' },
    body: Buffer.from(`<?xml version="1.0" encoding="utf-8"?>\n${body}`),
  };
}

const WORDS: Record<Code, string> = {
  400: 'Invalid parameters',
  401: 'Invalid password',
  402: 'Prepaid messages are used up',
  403: 'Service is not active',
  406: 'Cannot send to this clientId',
  408: 'Sending speed exceeded',
  409: 'Duplicate message',
  414: 'Message is too long',
  500: 'Internal error',
  503: 'Request with this partnerMsgId is in progress',
};

/** SMS Traffic's XML: one `<reply>` under HTTP 200, also for errors. */
import iconv from 'iconv-lite';
import { escapeXml } from '../escape.ts';
import type { Account, Answer } from '../model.ts';
import { optionsOf } from './smstraffic-options.ts';

/** How an answer is to look. */
export interface Look {
  /** Smart Delivery, not the classic API. */
  smart: boolean;
  /** White space around values, empty codes, other words. */
  unusual: boolean;
  charset: 'none' | 'utf-8' | 'windows-1251';
}

export function lookOf(smart: boolean, account?: Account): Look {
  const wanted = account && optionsOf(account).charset;
  const charset = wanted === 'windows-1251' || wanted === 'utf-8' ? wanted : smart ? 'utf-8' : 'none';
  return { smart, unusual: account?.unusual ?? false, charset };
}

/** `space`: what stands before the end of a prolog that names no charset. */
export function reply(inner: string, { charset }: Look, space = ''): Answer {
  const encoding = charset === 'none' ? space : ` encoding="${charset === 'utf-8' ? 'UTF-8' : charset}"`;
  const xml = `<?xml version="1.0"${encoding}?>\n<reply>${inner}</reply>`;
  const bytes = iconv.encode(xml, charset === 'windows-1251' ? charset : 'utf-8');
  return { status: 200, headers: { 'content-type': 'text/xml' }, body: bytes };
}

export function failure(code: number, look: Look, more = ''): Answer {
  const description = `${DESCRIPTIONS[code] ?? 'unknown error'}${more}`;
  return reply(`<result>ERROR</result><code>${code}</code>${element('description', description, look)}`, look);
}

/** Success has the code 0, or none. */
export const ok = (look: Look) => `<result>OK</result><code>${look.unusual ? '' : '0'}</code>`;

export function element(name: string, value: string, { unusual }: Look): string {
  const text = escapeXml(value);
  return unusual ? `<${name}>\n  ${text}\n</${name}>` : `<${name}>${text}</${name}>`;
}

export const elements = (values: Record<string, string>, look: Look) =>
  Object.entries(values)
    .map(([name, value]) => element(name, value, look))
    .join('');

export const NO_SUCH_MESSAGE = 'no such message or this message does not belong to you';

const DESCRIPTIONS: Record<number, string> = {
  401: 'login is missing',
  402: 'password is missing',
  403: 'phones are missing',
  404: 'incompatible parameters',
  405: 'message is missing',
  407: 'phones are empty',
  410: 'max_parts is not allowed',
  411: 'login or password is wrong',
  412: 'your IP is not allowed',
  413: 'no such group',
  415: 'not enough money',
  416: 'start_date is wrong',
  417: 'start_date is in the past',
  418: 'message ids are impossible for this request',
  419: 'route is not allowed',
  420: 'message is too long',
  421: 'originator is too long',
  422: 'a line without a phone',
  423: 'a line without a message',
  425: 'phone is too short',
  426: 'phone is too long',
  427: 'phone has a wrong length',
  428: 'phone has a wrong format',
  429: 'number or operator is not supported',
  430: 'phone is invalid',
  431: 'no open subscription for the phone',
  432: 'phone is blocked',
  433: 'sms_id is missing',
  434: NO_SUCH_MESSAGE,
  436: 'originator is forbidden',
  439: 'HTTP is not allowed for you',
  440: 'phones are malformed',
  443: 'originator is empty',
  501: 'stop_date is in the past',
  502: 'start_date is after stop_date',
  505: 'more than 15 ids',
  701: 'route is malformed',
  702: 'stop_date is malformed',
  703: 'individual_messages is malformed',
  705: 'routeGroupId is malformed',
  1000: 'temporary server problem',
};

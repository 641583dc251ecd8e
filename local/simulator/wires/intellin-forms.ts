/** Intellin's two answer forms: `name=value` pairs between <br>, or one JSON object of strings. */
import type { Account, Answer } from '../model.ts';
import { json } from './answers.ts';

export type Fields = Record<string, string>;

export interface Form {
  json: boolean;
  unusual: boolean;
}

export const formOf = (params: URLSearchParams, account?: Account, asText = false): Form => ({
  json: params.get('format') === 'json' && !asText,
  unusual: account?.unusual ?? false,
});

/** Unusual: numbers without quotes under a header of text; other spellings of <br>. */
export function writeFields(fields: Fields, { json: asJson, unusual }: Form): Answer {
  if (asJson && unusual) return html(JSON.stringify(Object.fromEntries(Object.entries(fields).map(bare))));
  if (asJson) return json(200, fields);
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
  return html([OPENING, ...pairs].join(unusual ? '<BR />\r\n' : '<br>'));
}

/** Something precedes the first pair; what it is nobody has written down. */
const OPENING = '<html lang="ru"><body>';

const html = (body: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: Buffer.from(body),
});

const bare = ([name, value]: [string, string]) => [name, /^\d{1,15}$/.test(value) ? Number(value) : value];

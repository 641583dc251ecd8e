/** A request as a profile describes it. */
import iconv from 'iconv-lite';
import type { HttpRequest, Refusal } from '../gateway.ts';
import { basicAuth } from '../secrets.ts';
import type { RequestProfile } from './schema.ts';
import { escapeXml, fill, isEmptyOf, type Params, percentEscaper, type Values } from './template.ts';

export function buildRequest(profile: RequestProfile, values: Values, params: Params): HttpRequest | Refusal {
  const unwritable = Object.values(values).find((value) => !isWritable(value, profile.charset));
  if (unwritable !== undefined) {
    return { refuse: 'invalid-request', detail: `it holds a character that ${profile.charset} cannot write` };
  }
  const encode = percentEscaper(profile.charset);
  const { url = '' } = values;
  const path = fill(profile.url.replace(/^\{\{url\}\}/, ''), values, params, encode);
  const query = pairsOf(profile.query, values, params, encode);
  const address = `${url}${path}${query === '' ? '' : `${path.includes('?') ? '&' : '?'}${query}`}`;
  const { body, contentType } = bodyOf(profile, values, params);
  const headers: Record<string, string> = {
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    ...authOf(profile, values),
  };
  for (const [name, value] of profile.headers) {
    if (isEmptyOf(value, values, params)) continue;
    headers[fill(name, values, params, String).toLowerCase()] = fill(value, values, params, String);
  }
  const isClean = ([name, value]: [string, string]) => /^[\w-]+$/.test(name) && /^[\x20-\x7e]*$/.test(value);
  if (!Object.entries(headers).every(isClean)) {
    return { refuse: 'invalid-request', detail: 'a header would hold what headers cannot' };
  }
  if (!URL.canParse(address)) return { refuse: 'invalid-request', detail: 'the profile makes no valid address' };
  return { method: profile.method, url: address, headers, ...(body === undefined ? {} : { body }) };
}

/** A text that would arrive with question marks in it is not sent. */
function isWritable(value: string, charset: string): boolean {
  return iconv.decode(iconv.encode(value, charset), charset) === value.replace(/\uFEFF/g, '');
}

function authOf({ auth }: RequestProfile, { login = '', password = '', token = '' }: Values): Record<string, string> {
  if (auth === 'basic') return { authorization: basicAuth(login, password) };
  return auth === 'bearer' ? { authorization: `Bearer ${token}` } : {};
}

type Encode = (value: string) => string;

function pairsOf(pairs: readonly [string, string][], values: Values, params: Params, encode: Encode): string {
  return pairs
    .filter(([, value]) => !isEmptyOf(value, values, params))
    .map(
      ([name, value]) => `${encode(fill(name, values, params, String))}=${encode(fill(value, values, params, String))}`,
    )
    .join('&');
}

function bodyOf(
  { body, charset }: RequestProfile,
  values: Values,
  params: Params,
): { body?: string | Uint8Array; contentType?: string } {
  if (body === undefined) return {};
  const inCharset = (text: string) => (charset === 'utf-8' ? text : new Uint8Array(iconv.encode(text, charset)));
  switch (body.type) {
    case 'json':
      return {
        body: inCharset(jsonOf(body.value, values, params)),
        contentType: `application/json; charset=${charset}`,
      };
    case 'form':
      return {
        body: pairsOf(body.fields, values, params, percentEscaper(charset)),
        contentType: `application/x-www-form-urlencoded; charset=${charset}`,
      };
    case 'xml':
      return {
        body: inCharset(fill(body.text, values, params, escapeXml)),
        contentType: `text/xml; charset=${charset}`,
      };
    case 'text':
      return {
        body: inCharset(fill(body.text, values, params, String)),
        contentType: `text/plain; charset=${charset}`,
      };
  }
}

/** Filled in as a structure, not as a text, so that no value can break it. Fields without a value are left out. */
function jsonOf(value: unknown, values: Values, params: Params): string {
  const numbers: string[] = [];
  const walk = (held: unknown): unknown => {
    if (typeof held === 'string') return fill(held, values, params, String);
    if (Array.isArray(held)) return held.map(walk);
    if (typeof held !== 'object' || held === null) return held;
    const number = '$number' in held ? held.$number : undefined;
    if (typeof number === 'string') {
      const written = fill(number, values, params, String);
      if (!/^-?\d{1,30}(\.\d{1,10})?$/.test(written)) return written;
      return `${NUMBER}${numbers.push(written) - 1}${NUMBER}`;
    }
    const isKept = ([, field]: [string, unknown]) => typeof field !== 'string' || !isEmptyOf(field, values, params);
    return Object.fromEntries(
      Object.entries(held)
        .filter(isKept)
        .map(([name, field]) => [name, walk(field)]),
    );
  };
  // Written by hand, since a number of JavaScript would lose the last digits of a long one.
  return JSON.stringify(walk(value)).replaceAll(NUMBER_MARK, (mark, i) => numbers[Number(i)] ?? mark);
}

const NUMBER = '\uE000number\uE000';
const NUMBER_MARK = new RegExp(`"${NUMBER}(\\d+)${NUMBER}"`, 'g');

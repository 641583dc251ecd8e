/** A request as a profile describes it. */
import type { HttpRequest, Refusal } from '../gateway.ts';
import { basicAuth } from '../secrets.ts';
import { jsonText } from './json-body.ts';
import { createPen, type Pen } from './pen.ts';
import type { RequestProfile } from './request-schema.ts';
import { fill, isEmptyOf, type Values } from './template.ts';

export function buildRequest(profile: RequestProfile, values: Values): HttpRequest | Refusal {
  const pen = createPen(profile.charset);
  const url = addressOf(profile, values, pen);
  const body = bodyOf(profile, values, pen);
  const headers = headersOf(profile, values);
  if (pen.hasFailed()) {
    return { refuse: 'invalid-request', detail: `it holds a character that ${profile.charset} cannot write` };
  }
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[\w-]+$/.test(name) || !/^[\x20-\x7e]*$/.test(value)) {
      return { refuse: 'invalid-request', detail: 'a header would hold what headers cannot' };
    }
    if (OWN_HEADERS.has(name)) {
      return { refuse: 'invalid-request', detail: `the header ${name} is not a profile's to set` };
    }
  }
  if (!URL.canParse(url)) return { refuse: 'invalid-request', detail: 'the profile makes no valid address' };
  return { method: profile.method, url, headers, ...(body === undefined ? {} : { body }) };
}

function addressOf({ url, query }: RequestProfile, values: Values, pen: Pen): string {
  const path = fill(url.replace(/^\{\{url\}\}/, ''), values, pen.percent);
  const pairs = pairsOf(query, values, pen);
  const glue = pairs === '' ? '' : path.includes('?') ? '&' : '?';
  return `${values.url}${path}${glue}${pairs}`;
}

function headersOf({ auth, body, charset, headers }: RequestProfile, values: Values): Record<string, string> {
  const { login = '', password = '', token = '' } = values;
  const made: Record<string, string> = {
    ...(body === undefined ? {} : { 'content-type': `${CONTENT_TYPES[body.type]}; charset=${charset}` }),
    ...(auth === 'basic' ? { authorization: basicAuth(login, password) } : {}),
    ...(auth === 'bearer' ? { authorization: `Bearer ${token}` } : {}),
  };
  for (const [name, value] of headers) {
    if (!isEmptyOf(value, values)) made[fill(name, values).toLowerCase()] = fill(value, values);
  }
  return made;
}

function bodyOf({ body }: RequestProfile, values: Values, pen: Pen): string | Uint8Array | undefined {
  switch (body?.type) {
    case undefined:
      return undefined;
    case 'json':
      return pen.body(jsonText(body.value, values, pen.plain));
    case 'form':
      return pairsOf(body.fields, values, pen);
    case 'xml':
      return pen.body(fill(body.text, values, pen.xml));
    case 'text':
      return pen.body(fill(body.text, values));
  }
}

function pairsOf(pairs: readonly [string, string][], values: Values, pen: Pen): string {
  return pairs
    .filter(([, value]) => !isEmptyOf(value, values))
    .map(([name, value]) => `${pen.percent(fill(name, values))}=${pen.percent(fill(value, values))}`)
    .join('&');
}

const CONTENT_TYPES = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  xml: 'text/xml',
  text: 'text/plain',
} as const;

/** They belong to whoever writes the request onto the connection. */
const OWN_HEADERS = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'expect',
  'te',
  'trailer',
  'upgrade',
]);

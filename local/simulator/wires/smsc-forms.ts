/** SMSc's request and answer forms: four formats, and windows-1251 unless the caller asks for another charset. */
import iconv from 'iconv-lite';
import { escapeXml } from '../escape.ts';
import type { Answer, Call } from '../model.ts';
import { isRecord, parseJson } from './answers.ts';

export interface Form {
  charset: Charset;
  /** 0 text, 1 comma list, 2 XML, 3 JSON. */
  fmt: 0 | 1 | 2 | 3;
  get(name: string): string | undefined;
  has(name: string): boolean;
  /** All parameters in one line, without order: equal for equal requests. */
  whole: string;
}

export type Charset = 'windows-1251' | 'koi8-r' | 'utf-8';

/** The query and the form or JSON body together; the body wins. undefined = the body cannot be read. */
export function readForm(call: Call): Form | undefined {
  if (call.path.startsWith('/rest/')) return readJsonForm(call);
  const pairs = new Map<string, Buffer>();
  for (const part of [call.query, call.body.toString('latin1')].join('&').split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = equals < 0 ? part : part.slice(0, equals);
    pairs.set(bytesOf(name).toString('latin1'), bytesOf(equals < 0 ? '' : part.slice(equals + 1)));
  }
  const charset = charsetOf(pairs.get('charset')?.toString('latin1'));
  const values = new Map([...pairs].map(([name, bytes]) => [name, iconv.decode(bytes, charset)]));
  const fmt = { '1': 1, '2': 2, '3': 3 } as const;
  return formOf(values, charset, fmt[values.get('fmt') as '1' | '2' | '3'] ?? 0);
}

function readJsonForm(call: Call): Form | undefined {
  const body = parseJson(call.body);
  if (!isRecord(body)) return undefined;
  const values = new Map(Object.entries(body).map(([name, value]) => [name, String(value ?? '')]));
  return formOf(values, 'utf-8', 3);
}

function formOf(values: Map<string, string>, charset: Charset, fmt: Form['fmt']): Form {
  return {
    charset,
    fmt,
    get: (name) => values.get(name),
    has: (name) => values.has(name),
    whole: JSON.stringify([...values].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** Bytes, not text: which letters they are is for the charset to say. */
function bytesOf(encoded: string): Buffer {
  const plain = encoded.replaceAll('+', ' ');
  return Buffer.from(
    plain.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}

export function charsetOf(name: string | undefined | null): Charset {
  const lower = name?.toLowerCase();
  return lower === 'utf-8' || lower === 'koi8-r' ? lower : 'windows-1251';
}

type Row = Record<string, unknown>;

/** The header names windows-1251 whatever was asked; the bytes are in the charset that was asked for. */
export function writeForm(value: Row | Row[], form: Pick<Form, 'fmt' | 'charset'>): Answer {
  const type = form.fmt === 3 ? 'application/json' : form.fmt === 2 ? 'text/xml' : 'text/plain';
  return {
    status: 200,
    headers: { 'content-type': `${type}; charset=windows-1251` },
    body: iconv.encode(WRITERS[form.fmt](value), form.charset),
  };
}

const WRITERS: Record<Form['fmt'], (value: Row | Row[]) => string> = {
  0: (value) => rowsOf(value).map(asText).join('\n'),
  1: (value) => rowsOf(value).map(asList).join('\n'),
  2: (value) => rowsOf(value).map(asXml).join(''),
  3: (value) => JSON.stringify(value),
};

function asText(row: Row): string {
  if (row.error_code !== undefined) return `ERROR = ${row.error_code} (${row.error})`;
  if (row.id !== undefined && row.cnt !== undefined) return `OK - ${row.cnt} SMS, ID - ${row.id}`;
  return Object.entries(row)
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ');
}

const asList = (row: Row) =>
  row.error_code === undefined ? Object.values(row).join(',') : `${row.id ?? 0},-${row.error_code}`;

const asXml = (row: Row) =>
  `<result>${Object.entries(row)
    .map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`)
    .join('')}</result>`;

const rowsOf = (value: Row | Row[]) => (Array.isArray(value) ? value : [value]);

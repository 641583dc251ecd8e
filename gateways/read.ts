/**
 * Tolerant reading of what gateways write: fields by name in any spelling, numbers as text and text as numbers, ids
 * beyond 2^53 unharmed. Nothing here throws; what cannot be read is undefined.
 */

export type Fields = Record<string, unknown>;

/**
 * A JSON body, in UTF-8. Integers of 16 digits and more come as text, since a number would lose their last digits.
 * Lines before the one that opens the JSON are passed over: some gateways print warnings into their answers.
 */
export function readJson(body: Uint8Array): unknown {
  return parseJson(utf8(body));
}

export function parseJson(text: string): unknown {
  const whole = parseExact(text);
  if (whole !== undefined) return whole;
  const start = text.search(/^[[{]/m);
  return start > 0 ? parseExact(text.slice(start)) : undefined;
}

/** The first of the named fields that is there and not null; case, hyphens and underscores do not count. */
export function fieldOf(value: unknown, ...names: string[]): unknown {
  if (!isFields(value)) return undefined;
  for (const name of names) {
    if (Object.hasOwn(value, name) && isThere(value[name])) return value[name];
  }
  const wanted = names.map(plainName);
  return Object.entries(value).find(([name, held]) => isThere(held) && wanted.includes(plainName(name)))?.[1];
}

/** Text or a number as trimmed text; undefined when empty or anything else. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' ? undefined : text;
}

/** An integer, also when it is written as text. */
export function intOf(value: unknown): number | undefined {
  const text = textOf(value);
  return text !== undefined && /^[+-]?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** A list as it is, a single thing as a list of one, nothing as an empty list. */
export function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isThere(value) ? [value] : [];
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function headerOf(headers: Record<string, string>, name: string): string | undefined {
  return textOf(Object.entries(headers).find(([held]) => held.toLowerCase() === name.toLowerCase())?.[1]);
}

/**
 * A gateway's date and time in ISO 8601 UTC. Reads `2024-03-05T10:15:00.000+0100`, `…Z`, and with a space for the T.
 * Without an offset it is of the zone given, or of a zone that nobody knows: then undefined.
 */
export function isoTime(value: unknown, zone?: 'UTC'): string | undefined {
  const parts = textOf(value)?.match(DATE_TIME);
  if (!parts) return undefined;
  const [, date, minutes, seconds = '00', fraction = '', offset = zone === 'UTC' ? 'Z' : undefined] = parts;
  if (offset === undefined) return undefined;
  const sign = /^z$/i.test(offset) ? 'Z' : offset.replace(/^(...):?(\d\d)?$/, (_, h, m) => `${h}:${m ?? '00'}`);
  return isoOf(new Date(`${date}T${minutes}:${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}${sign}`));
}

/** Unix time in seconds as ISO 8601. */
export function unixTime(value: unknown): string | undefined {
  const seconds = intOf(value);
  return seconds !== undefined && seconds > 0 ? isoOf(new Date(seconds * 1000)) : undefined;
}

export function utf8(body: Uint8Array): string {
  return new TextDecoder().decode(body);
}

const DATE_TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d+))?)? ?(Z|[+-]\d\d(?::?\d\d)?)?$/i;

/** A JSON string, closed or not, or a number; unclosed ones match to the end so that the scan stays linear. */
const JSON_TOKEN = /"[^"\\]*(?:\\[\s\S]?[^"\\]*)*(?:"|$)|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const LONG_INTEGER = /^-?\d{16,}$/;

function parseExact(text: string): unknown {
  try {
    return JSON.parse(/\d{16}/.test(text) ? quoteLongIntegers(text) : text);
  } catch {
    return undefined;
  }
}

function quoteLongIntegers(json: string): string {
  return json.replace(JSON_TOKEN, (token) => (LONG_INTEGER.test(token) ? `"${token}"` : token));
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[-_ ]/g, '');
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isoOf(date: Date): string | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** What came, read in the form that a profile names, and what it finds in it. Never throws. */
import iconv from 'iconv-lite';
import { RE2JS } from 're2js';
import { parseForm } from '../form.ts';
import { headerOf, parseJson, textOf } from '../read.ts';
import { readXml, xmlText } from '../xml.ts';
import { type Condition, type Extract, pathOf } from './extract-schema.ts';
import { valuesAt } from './path.ts';

export interface Document {
  status?: number;
  headers: Record<string, string>;
  /** As text, for regular expressions. */
  text: string;
  /** Parsed; undefined where it cannot be, or is plain text. */
  value: unknown;
  /** It is not of the form that it should be. */
  broken: boolean;
}

export interface Raw {
  status?: number;
  headers: Record<string, string>;
  body: Uint8Array;
  query?: string;
}

type Format = 'json' | 'xml' | 'form' | 'text' | 'query';

/** @param charset `auto`: as it says of itself, else UTF-8 */
export function readDocument(raw: Raw, format: Format, charset: string): Document {
  const { status, headers } = raw;
  const bytes = format === 'query' ? Buffer.from(raw.query ?? '', 'latin1') : Buffer.from(raw.body);
  const used = charset === 'auto' ? charsetOf(headers, bytes, format) : charset;
  const text = iconv.decode(bytes, used);
  const value = valueFor(format, bytes, text, used);
  const broken = value === undefined && (format === 'json' || format === 'xml');
  return { ...(status === undefined ? {} : { status }), headers, text, value, broken };
}

/** Every value there is, as trimmed text. @param entry what paths begin at, where that is not the whole */
export function findAll(document: Document, extract: Extract, entry: unknown = document.value): string[] {
  return find(document, extract, entry, MOST_MATCHES);
}

export function findOne(
  document: Document,
  extract: Extract | undefined,
  entry: unknown = document.value,
): string | undefined {
  return extract === undefined ? undefined : find(document, extract, entry, 1)[0];
}

export function holds(document: Document, conditions: readonly Condition[]): boolean {
  return conditions.every(({ status, value, equals, matches, exists }) => {
    if (status !== undefined && (document.status === undefined || !status.includes(document.status))) return false;
    if (value === undefined) return true;
    const found = findAll(document, value);
    if (exists !== undefined && exists !== (found.length > 0 || isThere(document, value))) return false;
    if (equals !== undefined) {
      const wanted = [equals].flat().map((word) => word.toLowerCase());
      if (!found.some((text) => wanted.includes(text.toLowerCase()))) return false;
    }
    return matches === undefined || found.some((text) => compiled(matches).matcher(text).find());
  });
}

function valueFor(format: Format, bytes: Buffer, text: string, charset: string): unknown {
  switch (format) {
    case 'json':
      return parseJson(text);
    case 'xml':
      // It is decoded already, whatever its first line says.
      return readXml(Buffer.from(text.replace(/^\s*<\?xml[^>]*\?>/, ''), 'utf8'));
    case 'form':
    case 'query':
      return parseForm(bytes, charset);
    case 'text':
      return undefined;
  }
}

/** XML names its own in its first line. */
function charsetOf(headers: Record<string, string>, bytes: Buffer, format: Format): string {
  const prolog = format === 'xml' ? bytes.subarray(0, 200).toString('latin1') : '';
  const named =
    /^\s*<\?xml[^>]*encoding=["']([\w-]+)/.exec(prolog)?.[1] ??
    /charset="?([\w-]+)/i.exec(headerOf(headers, 'content-type') ?? '')?.[1] ??
    'utf-8';
  return iconv.encodingExists(named) ? named : 'utf-8';
}

function find(document: Document, extract: Extract, entry: unknown, most: number): string[] {
  const path = pathOf(extract);
  if (path !== undefined) return valuesAt(entry, path).flatMap(textsIn);
  if (typeof extract === 'object' && 'regex' in extract) return matchesOf(document.text, extract.regex, most);
  const header = typeof extract === 'object' && 'header' in extract ? extract.header : '';
  return [headerOf(document.headers, header)].filter((text) => text !== undefined);
}

function textsIn(found: unknown): string[] {
  const text = typeof found === 'boolean' ? String(found) : textOf(xmlText(found));
  return text === undefined ? [] : [text];
}

/** What is no text may be there all the same: a list or an object with something in it, a match of nothing. */
function isThere(document: Document, extract: Extract): boolean {
  if (typeof extract === 'object' && 'regex' in extract) return compiled(extract.regex).matcher(document.text).find();
  const path = pathOf(extract);
  const found = path === undefined ? [] : valuesAt(document.value, path);
  return found.some((value) => typeof value === 'object' && value !== null && Object.keys(value).length > 0);
}

function matchesOf(text: string, regex: string, most: number): string[] {
  const matcher = compiled(regex).matcher(text);
  const found: string[] = [];
  for (let tries = 0; tries < MOST_MATCHES && found.length < most && matcher.find(); tries++) {
    const match = textOf(matcher.groupCount() > 0 ? matcher.group(1) : matcher.group());
    if (match !== undefined) found.push(match);
  }
  return found;
}

const MOST_MATCHES = 1_000;

/** RE2 reads in linear time, so that no answer can hold up a worker. */
function compiled(regex: string): RE2JS {
  const known = COMPILED.get(regex) ?? RE2JS.compile(regex);
  if (COMPILED.size > 1_000) COMPILED.clear();
  COMPILED.set(regex, known);
  return known;
}

const COMPILED = new Map<string, RE2JS>();

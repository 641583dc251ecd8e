/** What came, read in the form that a profile names, and what it finds in it. Never throws. */
import iconv from 'iconv-lite';
import { RE2JS } from 're2js';
import { parseForm } from '../form.ts';
import { headerOf, parseJson, textOf } from '../read.ts';
import { readXml, xmlText } from '../xml.ts';
import { valuesAt } from './path.ts';
import type { Condition, Extract } from './schema.ts';

export interface Document {
  status?: number;
  headers: Record<string, string>;
  /** As text, for regular expressions. */
  text: string;
  /** Parsed; undefined where it cannot be, or is plain text. */
  value: unknown;
}

export interface Raw {
  status?: number;
  headers: Record<string, string>;
  body: Uint8Array;
  query?: string;
}

export function readDocument(raw: Raw, format: 'json' | 'xml' | 'form' | 'text' | 'query', charset: string): Document {
  const used = charset === 'auto' ? charsetOf(raw.headers) : charset;
  const bytes = format === 'query' ? Buffer.from(raw.query ?? '', 'latin1') : Buffer.from(raw.body);
  const text = iconv.decode(bytes, used);
  const { status, headers } = raw;
  return { ...(status === undefined ? {} : { status }), headers, text, value: valueFor(format, bytes, text, used) };
}

function valueFor(format: string, bytes: Buffer, text: string, charset: string): unknown {
  switch (format) {
    case 'json':
      return parseJson(text);
    case 'xml':
      return readXml(/encoding=/.test(text.slice(0, 200)) ? bytes : Buffer.from(text, 'utf8'));
    case 'form':
    case 'query':
      return parseForm(
        bytes.toString('latin1'),
        charset === 'windows-1251' || charset === 'koi8-r' ? charset : 'utf-8',
      );
    default:
      return undefined;
  }
}

function charsetOf(headers: Record<string, string>): string {
  const named = /charset="?([\w-]+)/i.exec(headerOf(headers, 'content-type') ?? '')?.[1] ?? 'utf-8';
  return iconv.encodingExists(named) ? named : 'utf-8';
}

/** Every value there is, as trimmed text. @param entry what paths begin at, where that is not the whole */
export function findAll(document: Document, extract: Extract, entry: unknown = document.value): string[] {
  if (typeof extract === 'string') return textsAt(entry, extract);
  if ('path' in extract) return textsAt(entry, extract.path);
  if ('header' in extract) return [headerOf(document.headers, extract.header)].filter((text) => text !== undefined);
  return matchesOf(document.text, extract.regex);
}

export function findOne(document: Document, extract: Extract | undefined, entry?: unknown): string | undefined {
  return extract === undefined ? undefined : findAll(document, extract, entry)[0];
}

export function holds(document: Document, conditions: readonly Condition[], entry?: unknown): boolean {
  return conditions.every(({ status, value, equals, matches, exists }) => {
    if (status !== undefined && (document.status === undefined || !status.includes(document.status))) return false;
    if (value === undefined) return true;
    const found = findAll(document, value, entry);
    if (exists !== undefined && exists !== found.length > 0) return false;
    if (equals !== undefined) {
      const wanted = [equals].flat().map((word) => word.toLowerCase());
      if (!found.some((text) => wanted.includes(text.toLowerCase()))) return false;
    }
    return matches === undefined || found.some((text) => compiled(matches).matcher(text).find());
  });
}

function textsAt(value: unknown, path: string): string[] {
  return valuesAt(value, path).flatMap((found) => {
    const text = typeof found === 'boolean' ? String(found) : textOf(xmlText(found));
    return text === undefined ? [] : [text];
  });
}

function matchesOf(text: string, regex: string): string[] {
  const matcher = compiled(regex).matcher(text);
  const found: string[] = [];
  while (found.length < MOST_MATCHES && matcher.find()) {
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

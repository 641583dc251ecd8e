/** XML-RPC as far as SMSimple needs it: one call with one struct in, a struct or a fault out. */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { escapeXml } from '../escape.ts';
import type { Answer } from '../model.ts';

export type Value = string | number | boolean | null | Value[] | { [name: string]: Value };

export type Struct = Record<string, Value>;

export interface MethodCall {
  method: string;
  params: Value[];
}

/** undefined = not a well-formed call in UTF-8. */
export function readCall(body: Buffer): MethodCall | undefined {
  try {
    const xml = new TextDecoder('utf-8', { fatal: true }).decode(body);
    if (!isUtf8Declared(xml) || XMLValidator.validate(xml) !== true) return undefined;
    const [root, ...others] = elements(PARSER.parse(xml));
    if (others.length > 0 || root?.name !== 'methodCall') return undefined;
    const method = textOf(child(root, 'methodName')).trim();
    const params = elements(child(root, 'params').children).map((it) => readValue(child(it, 'value')));
    return method === '' ? undefined : { method, params };
  } catch {
    return undefined;
  }
}

/** Writes values; plain: short type names, strings without a type, letters beyond ASCII as numbers. */
export function writerOf(plain: boolean) {
  const letters = (text: string) =>
    plain ? escapeXml(text).replace(/[^\p{ASCII}]/gu, (it) => `&#${it.codePointAt(0)};`) : escapeXml(text);
  const string = (text: string) =>
    plain ? `<value>${letters(text)}</value>` : `<value><string>${letters(text)}</string></value>`;
  const member = ([name, value]: [string, string]) => `<member><name>${name}</name>${value}</member>`;
  const type = plain ? 'i4' : 'int';
  return {
    string,
    int: (number: number) => `<value><${type}>${number}</${type}></value>`,
    double: (number: number) => `<value><double>${number}</double></value>`,
    boolean: (is: boolean) => `<value><boolean>${is ? 1 : 0}</boolean></value>`,
    array: (values: readonly string[]) => `<value><array><data>${values.join('')}</data></array></value>`,
    struct: (members: Record<string, string>) =>
      `<value><struct>${Object.entries(members).map(member).join('')}</struct></value>`,
  };
}

export type Writer = ReturnType<typeof writerOf>;

export const response = (value: string) => xml(`<params><param>${value}</param></params>`);

export function fault(code: number, words: string, writer = writerOf(false)): Answer {
  const value = writer.struct({ faultCode: writer.int(code), faultString: writer.string(words) });
  return xml(`<fault>${value}</fault>`);
}

const xml = (inside: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: Buffer.from(`<?xml version="1.0"?>\n<methodResponse>${inside}</methodResponse>`),
});

function isUtf8Declared(xml: string): boolean {
  const declared = /^<\?xml[^>]*\bencoding=["']([^"']+)["']/.exec(xml)?.[1];
  return declared === undefined || declared.toLowerCase() === 'utf-8';
}

interface Element {
  name: string;
  children: unknown;
}

function elements(nodes: unknown): Element[] {
  if (!Array.isArray(nodes)) return [];
  const all = nodes.flatMap((node: Record<string, unknown>) => Object.entries(node));
  return all.filter(([name]) => name !== TEXT).map(([name, children]) => ({ name, children }));
}

/** Throws unless there is exactly one. */
function child({ children }: Element, name: string): Element {
  const [found, ...others] = elements(children).filter((it) => it.name === name);
  if (!found || others.length > 0) throw new Error(`${name} is needed once`);
  return found;
}

function textOf({ children }: Element): string {
  const nodes: Record<string, unknown>[] = Array.isArray(children) ? children : [];
  return nodes.map((it) => (TEXT in it ? String(it[TEXT]) : '')).join('');
}

/** Throws at what XML-RPC does not know. A value without a type is a string. */
function readValue(value: Element): Value {
  const [typed, ...others] = elements(value.children);
  if (!typed) return textOf(value);
  if (others.length > 0) throw new Error('a value has one type');
  const text = textOf(typed);
  switch (typed.name) {
    case 'string':
      return text;
    case 'int':
    case 'i4':
      return int32(text);
    case 'double':
      return numberOf(text);
    case 'boolean':
      if (text !== '0' && text !== '1') throw new Error('a boolean is 0 or 1');
      return text === '1';
    case 'nil':
      return null;
    case 'array':
      return elements(child(typed, 'data').children).map(readValue);
    case 'struct': {
      const members = elements(typed.children);
      return Object.fromEntries(members.map((it) => [textOf(child(it, 'name')), readValue(child(it, 'value'))]));
    }
    default:
      throw new Error(`unknown type ${typed.name}`);
  }
}

function int32(text: string): number {
  const number = numberOf(text);
  if (!Number.isInteger(number) || Math.abs(number) > 2_147_483_647) throw new Error('an int has 32 bits');
  return number;
}

function numberOf(text: string): number {
  if (!/^[+-]?\d+(\.\d+)?$/.test(text.trim())) throw new Error('not a number');
  return Number(text);
}

const TEXT = '#text';

/** `htmlEntities` is what makes it read numeric references, in which some encoders write all letters beyond ASCII. */
const PARSER = new XMLParser({
  preserveOrder: true,
  parseTagValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  htmlEntities: true,
});

/**
 * XML-RPC as SMSimple speaks it: one struct goes in; out comes a struct of `result` and `info`, or a fault. All values
 * come as text, but for booleans, so that an "ok" is never taken for an id.
 */
import { type Fields, fieldOf, isFields, listOf, textOf } from './read.ts';
import { readXml, xmlText } from './xml.ts';

/** `null` is XML-RPC's nil. */
export type RpcScalar = { type: 'string' | 'int' | 'boolean'; text: string } | null;

export function rpcCall(method: string, members: Record<string, RpcScalar>): string {
  const written = Object.entries(members).map(
    ([name, value]) => `<member><name>${name}</name><value>${scalar(value)}</value></member>`,
  );
  return (
    '<?xml version="1.0" encoding="utf-8"?>' +
    `<methodCall><methodName>${method}</methodName><params><param><value><struct>${written.join('')}</struct></value>` +
    '</param></params></methodCall>'
  );
}

export function rpcString(text: string): RpcScalar {
  return { type: 'string', text };
}

/** Numbers that XML-RPC's int cannot hold go as text. */
export function rpcNumber(digits: string): RpcScalar {
  return isRpcInt(digits) ? { type: 'int', text: digits } : rpcString(digits);
}

export function isRpcInt(digits: string): boolean {
  return /^(0|[1-9]\d{0,9})$/.test(digits) && Number(digits) <= 2_147_483_647;
}

/** Whether XML 1.0 can carry the text: it has no place for most control characters and for halves of characters. */
export function isXmlText(text: string): boolean {
  return !NOT_XML.test(text);
}

/** `error` is a fault or a non-empty `info`; `result` may stand beside the latter. */
export interface RpcAnswer {
  result?: unknown;
  error?: { text: string; code?: string };
}

/** Undefined for what is no answer of XML-RPC with a struct in it. */
export function readRpc(body: Uint8Array): RpcAnswer | undefined {
  const response = fieldOf(readXml(body), 'methodResponse');
  const fault = fieldOf(response, 'fault');
  if (fault !== undefined) return { error: faultIn(rpcValue(fieldOf(fault, 'value'))) };

  const [param] = listOf(fieldOf(fieldOf(response, 'params'), 'param'));
  const answer = rpcValue(fieldOf(param, 'value'));
  if (!isFields(answer)) return undefined;
  const result = fieldOf(answer, 'result');
  const info = infoIn(fieldOf(answer, 'info'));
  return { ...(result === undefined ? {} : { result }), ...(info === undefined ? {} : { error: { text: info } }) };
}

function faultIn(fault: unknown): { text: string; code?: string } {
  const code = textOf(fieldOf(fault, 'faultCode'));
  const text = textOf(fieldOf(fault, 'faultString')) ?? 'a fault without words';
  return { text, ...(code === undefined || code === '0' ? {} : { code }) };
}

/** Empty, 0 and false are no trouble. A list or struct in place of the text is one, if there is anything in it. */
function infoIn(info: unknown): string | undefined {
  if (info === true) return 'info is true';
  if (typeof info !== 'object' || info === null) return info === '0' ? undefined : textOf(info);
  return Object.keys(info).length === 0 ? undefined : JSON.stringify(info);
}

/** Deeper than any answer of SMSimple's goes. */
const MAX_DEPTH = 8;

/** Structs as fields, arrays as lists, booleans, else trimmed text; undefined for nil. */
function rpcValue(value: unknown, depth = 0): unknown {
  if (!isFields(value)) return value;
  const [type, held] = Object.entries(value).find(([name]) => !/^[@#]/.test(name)) ?? [];
  if (type === undefined) return xmlText(value);
  if (/^(\w+:)?nil$/.test(type) || depth === MAX_DEPTH) return undefined;
  if (type === 'struct') return structOf(held, depth);
  if (type === 'array') return listOf(fieldOf(fieldOf(held, 'data'), 'value')).map((item) => rpcValue(item, depth + 1));
  const text = xmlText(held);
  return type === 'boolean' ? text === '1' || text === 'true' : text;
}

function structOf(struct: unknown, depth: number): Fields {
  const members = listOf(fieldOf(struct, 'member'));
  return Object.fromEntries(
    members.flatMap((member) => {
      const name = textOf(xmlText(fieldOf(member, 'name')));
      return name === undefined ? [] : [[name, rpcValue(fieldOf(member, 'value'), depth + 1)]];
    }),
  );
}

function scalar(value: RpcScalar): string {
  return value === null ? '<nil/>' : `<${value.type}>${escaped(value.text)}</${value.type}>`;
}

const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };

/** A carriage return that is not escaped would be read as a line feed. */
function escaped(text: string): string {
  return text.replace(new RegExp(NOT_XML, 'gu'), '').replace(/[&<>\r]/g, (sign) => ESCAPES[sign] ?? sign);
}

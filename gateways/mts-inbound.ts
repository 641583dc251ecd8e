/**
 * Texts from phones, for MTS: it can call an address with them, but the form of the calls is not public. So the
 * operator names the fields, once a call was seen.
 */
import { parsePhone } from '../sms/phone.ts';
import { parseForm } from './form.ts';
import type { HookReading, InboundSms, RawHook } from './gateway.ts';
import { type Fields, fieldOf, isFields, parseJson, textOf, utf8 } from './read.ts';

/** Names of fields; with dots in it, a path. */
export interface InboundFields {
  inboundPhoneField?: string | undefined;
  inboundTextField?: string | undefined;
  inboundIdField?: string | undefined;
}

export function readMtsCall(hook: RawHook, fields: InboundFields): HookReading {
  const { inboundPhoneField: phone, inboundTextField: text, inboundIdField: id } = fields;
  if (phone === undefined || text === undefined) {
    return { kind: 'nothing', detail: 'the fields of phone and text are not set, so the call is only kept' };
  }
  const inbound = objectsIn(hook).flatMap((row) => textIn(row, { phone, text, id }));
  if (inbound.length > 0) return { kind: 'read', reports: [], inbound };
  return { kind: 'nothing', detail: 'no phone with a text, under the names that are set' };
}

/** Nothing where one of the two is missing. Phones may come as they are dialled in Russia. */
function textIn(row: Fields, names: { phone: string; text: string; id: string | undefined }): InboundSms[] {
  const phone = parsePhone(textOf(fieldAt(row, names.phone)) ?? '', 'RU');
  const text = fieldAt(row, names.text);
  if (!phone.ok || (typeof text !== 'string' && typeof text !== 'number')) return [];
  const inboundId = names.id === undefined ? undefined : textOf(fieldAt(row, names.id));
  return [{ ...(inboundId === undefined ? {} : { inboundId }), from: phone.e164, text: String(text) }];
}

/** Every object of a JSON body at any depth, the outer ones first; else the fields of a form or query. */
function objectsIn(hook: RawHook): Fields[] {
  const query = parseForm(hook.query, 'utf-8');
  const body = utf8(hook.body).trim();
  if (!/^[[{]/.test(body)) return [{ ...query, ...parseForm(hook.body, 'utf-8') }];
  const nodes: unknown[] = [parseJson(body)];
  // The list grows while it is walked: depth costs no stack.
  for (const node of nodes) {
    if (!Array.isArray(node) && !isFields(node)) continue;
    for (const held of Object.values(node)) nodes.push(held);
  }
  return nodes.filter(isFields);
}

function fieldAt(row: Fields, path: string): unknown {
  return path.split('.').reduce<unknown>((node, name) => fieldOf(node, name), row);
}

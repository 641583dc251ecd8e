/** Requests to the simulated SMSimple, as its documentation shows them, and a reader of its answers. */
import { XMLParser } from 'fast-xml-parser';
import type { Started } from './kit.ts';

export const PHONE = '79215550142';

export const string = (text: string) => `<value><string>${text}</string></value>`;
export const int = (number: number | string) => `<value><int>${number}</int></value>`;
export const boolean = (is: 0 | 1) => `<value><boolean>${is}</boolean></value>`;

export type Members = Record<string, string | undefined>;

export function document(method: string, members: Members): string {
  const rows = Object.entries(members).map(([name, value]) =>
    value === undefined ? '' : `<member><name>${name}</name>${value}</member>\n`,
  );
  return (
    `<?xml version="1.0" encoding="utf-8"?>\n<methodCall><methodName>${method}</methodName><params><param><value>` +
    `<struct>\n${rows.join('')}</struct></value></param></params></methodCall>`
  );
}

export async function post(
  simulator: Started,
  body: string | Uint8Array<ArrayBuffer>,
  type = 'text/xml; charset=UTF-8',
) {
  const init = { method: 'POST', headers: { 'content-type': type }, body };
  const answer = await fetch(`${simulator.url}/smsimple/`, init);
  return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() };
}

/** `{result, info}` or `{faultCode, faultString}`; numbers as `int:5`, so that a wrong type shows. */
export async function call(simulator: Started, method: string, members: Members) {
  const answer = await post(simulator, document(method, members));
  return read(answer.body);
}

export async function login(simulator: Started, username = 'acme'): Promise<string> {
  const answer = await call(simulator, 'pajm.user.auth', { username: string(username), password: string('s3cret') });
  return (answer.result as { session_id: string }).session_id;
}

/** Sends the documentation's sample in a session of its own. */
export async function send(simulator: Started, changes: Members = {}, session?: string) {
  return call(simulator, 'pajm.sms.send', { ...sample(session ?? (await login(simulator))), ...changes });
}

export const sample = (session: string): Members => ({
  session_id: string(session),
  origin_id: int(53001),
  phone: string(PHONE),
  message: string('Код 4821'),
  multiple: boolean(0),
});

export async function delivery(simulator: Started, id: string) {
  const members = { session_id: string(await login(simulator)), sms_id: int(id) };
  return (await call(simulator, 'pajm.sms.get_delivery', members)).result;
}

export const configure = (simulator: Started, settings: Record<string, unknown>) =>
  simulator.control('accounts', { wire: 'smsimple', login: 'acme', ...settings });

/** The digits of `int:5`. */
export const digits = (value: unknown) => String(value).replace('int:', '');

export function read(xml: string): Record<string, unknown> {
  const { params, fault } = PARSER.parse(xml).methodResponse;
  return decoded(fault ? fault.value : params.param.value) as Record<string, unknown>;
}

function decoded(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const [[type, inner] = []] = Object.entries(value);
  if (type === 'struct') return Object.fromEntries([inner.member].flat().map((it) => [it.name, decoded(it.value)]));
  if (type === 'array') return inner.data === '' ? [] : [inner.data.value].flat().map(decoded);
  return type === 'string' ? inner : `${type}:${inner}`;
}

const PARSER = new XMLParser({ parseTagValue: false, trimValues: false, ignoreDeclaration: true, htmlEntities: true });

/** Requests to the simulated SMS Traffic, as its documentation shows them. */
import { XMLParser } from 'fast-xml-parser';
import { expect } from 'vitest';
import type { Started } from './kit.ts';

export const PHONE = '79995550101';
export const ACCOUNT = { wire: 'smstraffic', login: 'acme' };
export const SMART = '/smartdelivery-in/multi.php';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** The documentation's own sample. */
export const SAMPLE =
  'login=acme&password=s3cret&phones=79995550101&message=%D0%9A%D0%BE%D0%B4%3A+4821&rus=5&originator=ACME&want_sms_ids=1';

export type Changes = Record<string, string | undefined>;

export function sample(changes: Changes): string {
  const params = new URLSearchParams(SAMPLE);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) params.delete(name);
    else params.set(name, value);
  }
  return params.toString();
}

export async function post(
  simulator: Started,
  body: string,
  path = '/multi.php',
  headers: Record<string, string> = FORM,
) {
  const answer = await fetch(`${simulator.url}/smstraffic${path}`, { method: 'POST', headers, body });
  const bytes = Buffer.from(await answer.arrayBuffer());
  return { status: answer.status, type: answer.headers.get('content-type'), bytes, body: bytes.toString('utf8') };
}

/** Values as strings: ids are too large for numbers. */
const parser = new XMLParser({ parseTagValue: false, trimValues: true });

export async function ask(simulator: Started, body: string, path?: string) {
  const answer = await post(simulator, body, path);
  expect(answer).toMatchObject({ status: 200, type: 'text/xml' });
  return parser.parse(answer.body).reply;
}

export const send = (simulator: Started, changes: Changes = {}, path?: string) => ask(simulator, sample(changes), path);
export const read = (simulator: Started, more: string, path?: string) =>
  ask(simulator, `login=acme&password=s3cret&${more}`, path);
export const set = (simulator: Started, settings: object) => simulator.control('accounts', { ...ACCOUNT, ...settings });
export const moscow = (ms: number) =>
  new Date(Date.now() + 3 * 3600_000 + ms).toISOString().slice(0, 19).replace('T', ' ');
export const DATE = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);

/** Requests to the simulated SMSc, as its documentation shows them. */
import { expect } from 'vitest';
import type { Started } from './kit.ts';

export const PHONE = '79215550142';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** The documentation's own sample. */
export const SAMPLE =
  'login=acme&psw=s3cret&charset=utf-8&fmt=3&cost=3&id=184467&sender=ACME&phones=%2B79215550142' +
  '&mes=%D0%9A%D0%BE%D0%B4%204821&valid=1';

export const sample = (changes: Record<string, string | undefined>) => {
  const params = new URLSearchParams(SAMPLE);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) params.delete(name);
    else params.set(name, value);
  }
  return params.toString();
};

export async function bytes(simulator: Started, path: string, body?: string, headers: Record<string, string> = FORM) {
  const init = body === undefined ? {} : { method: 'POST', headers, body };
  const answer = await fetch(`${simulator.url}/smsc${path}`, init);
  return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
}

export async function ask(simulator: Started, path: string, body?: string, headers?: Record<string, string>) {
  const answer = await bytes(simulator, path, body, headers);
  expect(answer.status).toBe(200);
  return JSON.parse(answer.body.toString('utf8'));
}

export const send = (simulator: Started, changes: Record<string, string | undefined> = {}) =>
  ask(simulator, '/sys/send.php', sample(changes));

export const poll = (simulator: Started, phone: string, id: string, more = '') =>
  ask(simulator, `/sys/status.php?login=acme&psw=s3cret&fmt=3&charset=utf-8&phone=${phone}&id=${id}${more}`);

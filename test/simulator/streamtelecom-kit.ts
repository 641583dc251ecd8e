/** Requests to the simulated Stream Telecom, as its documentation shows them, and a receiver of its XML reports. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Started } from './kit.ts';

export const PHONE = '79215550142';
export const SMS = '/rest/Send/SendSms/';
const FORM = 'application/x-www-form-urlencoded';

export type Fields = Record<string, string | undefined>;

/** The documentation's own sample. */
const SAMPLE: Fields = {
  login: 'acme_api',
  pass: 's3cret',
  sourceAddress: 'ACME',
  destinationAddress: PHONE,
  data: 'Код 4821',
  validity: '60',
};

const encoded = (fields: Fields) =>
  new URLSearchParams(Object.entries(fields).filter((it): it is [string, string] => it[1] !== undefined)).toString();

export async function post(simulator: Started, path: string, fields: Fields | string, type = FORM) {
  const body = typeof fields === 'string' ? fields : encoded(fields);
  const init = { method: 'POST', headers: { 'content-type': type }, body };
  const answer = await fetch(`${simulator.url}/streamtelecom${path}`, init);
  return { status: answer.status, headers: answer.headers, body: await answer.text() };
}

export async function get(simulator: Started, path: string, fields: Fields) {
  const answer = await fetch(`${simulator.url}/streamtelecom${path}?${encoded(fields)}`);
  return { status: answer.status, value: JSON.parse(await answer.text()) };
}

export async function send(simulator: Started, changes: Fields = {}, path = SMS) {
  const answer = await post(simulator, path, { ...SAMPLE, ...changes });
  return { status: answer.status, value: JSON.parse(answer.body) };
}

/** The id of a sent SMS. */
export const idOf = async (simulator: Started, changes: Fields = {}): Promise<string> =>
  (await send(simulator, changes)).value[0];

export async function poll(simulator: Started, messageId: string) {
  const login = { login: 'acme_api', pass: 's3cret' };
  return JSON.parse((await post(simulator, '/rest/State/state.php', { ...login, messageId })).body);
}

export const configure = (simulator: Started, settings: Record<string, unknown>) =>
  simulator.control('accounts', { wire: 'streamtelecom', login: 'acme_api', ...settings });

export async function session(simulator: Started): Promise<string> {
  const opened = await post(simulator, '/rest/Session/session.php', { login: 'acme_api', password: 's3cret' });
  return JSON.parse(opened.body);
}

/** A webhook server that says for each body what it answers. */
export async function startListener(answer: (body: string) => string) {
  const received: { type: string | undefined; body: string }[] = [];
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('utf8');
    received.push({ type: request.headers['content-type'], body });
    response.writeHead(200, { 'content-type': 'text/xml; charset=utf-8' }).end(answer(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received };
}

/**
 * What API and worker print, at the lowest severity, over a run in which all goes well and much goes wrong: no phone, no
 * text, no key, no password, no webhook token, in whatever form.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newKey } from '../../db/key-form.ts';
import type { Child } from '../../local/processes.ts';
import { phone } from './phones.ts';
import { addSenders, GATEWAYS, PASSWORD } from './senders.ts';
import { eventually, isFinal, type System, startSystem, TEXT } from './system.ts';

const LOGIN = 'quiet-gateway-login-7731';
const RUSSIAN = 'Тайный код 4821, никому';
/** Its second line looks like one of a stack. */
const TRAP = 'Zapadnja\n    at Tajnik 4821';
const FAILURES = 5;

let system: System;
let worker: Child;
const phones = new Set<string>();
const wrongSecrets: string[] = [];

beforeAll(async () => {
  system = await startSystem({
    workers: 0,
    env: { LOG_LEVEL: 'debug', HTTP_TIMEOUT_MS: '1500', API_AUTH_FAILURES_PER_MIN: String(FAILURES) },
  });
  await system.db.sql.unsafe(REFUSE);
  worker = await system.startWorker();
  await addSenders(system, LOGIN, (gateway) => ({
    awaitDeliveryS: 1,
    defaultValidityS: gateway === 'playmobile' ? 4 : 60,
    reportGraceS: 2,
  }));
});
afterAll(() => system?.stop());

function noted(gateway: string, magic?: string): string {
  const to = phone(gateway, magic);
  phones.add(to);
  return to;
}

it('says nothing of phones, texts and secrets', { timeout: 120_000 }, async () => {
  const messages = await Promise.all([sends(), stops(), cancels(), troubles()]);
  await Promise.all([nonsense(), wrongKeys(), wrongHooks()]);
  await Promise.all(messages.flat().map((id) => system.until(id, isFinal, 60_000)));
  await worker.stop();

  const logs = system.logs();
  for (const words of [
    '"process":"api"',
    '"process":"worker"',
    '"level":"debug"',
    '"route":"/v1/messages"',
    'an activity failed and will be tried again',
    '"status":500',
    '"name":"PostgresError"',
    'wrong API keys or webhook addresses are being tried',
    'the worker stops',
  ]) {
    expect(logs, 'the run did not come to what it is about').toContain(words);
  }
  for (const [what, secret] of await secrets()) {
    const line = logs.split('\n').find((one) => formsOf(secret).some((form) => one.includes(form)));
    expect(line, `the log has ${what}`).toBeUndefined();
  }
  const keys = logs.split('\n').filter((line) => line.startsWith('{') && /dsk_(live|test)_/.test(line));
  expect(keys).toEqual([]);
});

/** Delivered, refused, retried, uncertain. */
async function sends(): Promise<string[]> {
  const quick = ['000', '901', '904', '911', '932', '936'];
  // SMSC.ru is left alone for a minute before it gets the same SMS again.
  const magic = (sender: string) => (sender === 'smsc' ? quick : [...quick, '921', '934']);
  return await Promise.all(
    GATEWAYS.flatMap((sender) =>
      magic(sender).map((digits, i) =>
        system.send({ to: noted(sender, digits), sender, text: i % 2 ? RUSSIAN : TEXT }),
      ),
    ),
  );
}

async function stops(): Promise<string[]> {
  return await Promise.all(
    (['infobip', 'playmobile'] as const).map(async (gateway) => {
      const to = noted(gateway);
      const id = await system.send({ to, sender: gateway, sendAt: inSeconds(3600) });
      await system.control('inbound', { wire: gateway, login: LOGIN, from: to, to: '3700', text: `${TEXT}?` });
      await system.control('inbound', { wire: gateway, login: LOGIN, from: to, to: '3700', text: 'STOP' });
      expect(await system.until(id, isFinal)).toMatchObject({ status: 'suppressed', source: 'stop-word' });
      return id;
    }),
  );
}

async function cancels(): Promise<string[]> {
  const id = await system.send({ to: noted('smsc'), sender: 'smsc', sendAt: inSeconds(3600) });
  expect((await system.request('POST', `/v1/messages/${id}/cancel`)).status).toBe(200);
  return [id];
}

async function troubles(): Promise<string[]> {
  const [apiFails, workerFails] = [noted('infobip'), noted('infobip')];
  await system.db.sql`INSERT INTO refused VALUES (${apiFails}, 'INSERT'), (${workerFails}, 'UPDATE')`;
  const message = { to: apiFails, sender: 'infobip', text: TRAP };
  expect(await system.request('POST', '/v1/messages', message)).toMatchObject({ status: 500 });
  const id = await system.send({ to: workerFails, sender: 'infobip', text: TRAP });
  await eventually(async () => system.logs().includes('an activity failed'), Boolean);
  await system.db.sql`DELETE FROM refused`;
  return [id];
}

/** Postgres refuses what API and worker write of some phones, and quotes it. */
const REFUSE = `
  CREATE TABLE refused (phone text, statement text);
  CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT FROM refused WHERE phone = NEW.phone AND statement = TG_OP) THEN
      RAISE EXCEPTION 'cannot take % %', NEW.phone, NEW.text USING DETAIL = NEW.phone, HINT = NEW.text;
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER refusing BEFORE INSERT OR UPDATE ON messages FOR EACH ROW EXECUTE FUNCTION refuse();`;

/** What the API does not take. */
async function nonsense(): Promise<void> {
  const to = noted('infobip');
  const tries: [string, string, unknown?, Record<string, string>?][] = [
    ['POST', '/v1/messages', { to: `${to}99999`, sender: 'infobip', text: TEXT }],
    ['POST', '/v1/messages', { to, sender: 'infobip', text: TEXT, phone: to }],
    ['POST', '/v1/messages', { to, sender: `none ${to}`, text: TEXT }],
    ['POST', '/v1/messages', { to, sender: 'infobip', text: 'x'.repeat(300_000) + TEXT }],
    ['POST', '/v1/messages', { to, sender: 'infobip', text: TEXT }, { 'idempotency-key': `${to}\t${TEXT}` }],
    ['POST', '/v1/messages/batch', { messages: [{ to, text: TEXT }], to }],
    ['GET', `/v1/messages?to=${encodeURIComponent(to)}&text=${encodeURIComponent(TEXT)}`],
    ['GET', `/v1/nothing/${to}/${encodeURIComponent(TEXT)}`],
  ];
  for (const [method, path, body, headers] of tries) {
    const { status } = await system.request(method, path, body, headers);
    expect(status, path).toBeGreaterThanOrEqual(400);
  }
  const broken = await fetch(`${system.apiUrl}/v1/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${system.apiKey}`, 'content-type': 'application/json' },
    body: `{"to": "${to}", "text": "${TEXT}`,
  });
  expect(broken.status).toBe(400);
}

async function wrongKeys(): Promise<void> {
  const seen: number[] = [];
  for (let i = 0; i < FAILURES + 3; i++) {
    const key = newKey('live');
    wrongSecrets.push(key);
    seen.push((await system.request('GET', '/v1/messages', undefined, { authorization: `Bearer ${key}` })).status);
  }
  expect(seen).toContain(401);
  expect(seen.at(-1)).toBe(429);
}

async function wrongHooks(): Promise<void> {
  const [infobip, smsc] = [await system.sender('infobip'), await system.sender('smsc')];
  const token = randomBytes(24).toString('base64url');
  wrongSecrets.push(token);
  const from = noted('infobip');
  const call = (path: string, body: string) =>
    fetch(`${system.apiUrl}${path}`, { method: 'POST', headers: { authorization: `Basic ${btoa(TEXT)}` }, body });
  for (let i = 0; i < 3; i++) expect((await call(`/hooks/${token}/reports`, TEXT)).status).toBeGreaterThanOrEqual(404);
  await call(`/smslistener/infobip/main?token=${token}&phone=${from}`, '');
  for (const { hookToken } of [infobip, smsc]) {
    await call(`/hooks/${hookToken}/inbound?phone=${encodeURIComponent(from)}&mes=${encodeURIComponent(TEXT)}`, '');
    await call(`/hooks/${hookToken}`, `{"results": [{"messageId": "${from}", "to": "${from}", "text": "${TEXT}`);
    await call(`/hooks/${hookToken}`, JSON.stringify({ results: [{ messageId: from, from, text: TEXT }, 7] }));
    await call(`/hooks/${hookToken}`, `${TEXT}\u0000${from}`);
  }
}

async function secrets(): Promise<[string, string][]> {
  const senders = await Promise.all(GATEWAYS.map((gateway) => system.sender(gateway)));
  return [
    ...[...phones].map((to): [string, string] => ['a phone', to.slice(1)]),
    ...[...phones].map((to): [string, string] => ['the end of a phone', to.slice(-9)]),
    ...[TEXT, RUSSIAN, TRAP, 'Tajnik', 'Zapadnja', 'Tajnyj'].map((text): [string, string] => ['a text', text]),
    ['the API key', system.apiKey],
    ['the key of the books', system.secretKey],
    ['a password', PASSWORD],
    ["a gateway's key", LOGIN],
    ...senders.map(({ hookToken }): [string, string] => ['a webhook token', hookToken]),
    ...wrongSecrets.map((secret): [string, string] => ['a wrong secret', secret]),
  ];
}

/** As programs write them. */
function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -1);
  const escaped = secret.replace(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const hex = Buffer.from(secret).toString('hex');
  return [secret, JSON.stringify(secret).slice(1, -1), escaped, encodeURIComponent(secret), base64, hex];
}

function inSeconds(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString();
}

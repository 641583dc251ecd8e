/** The API on a port of its own, over books of its own, for the tests of one file. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import type { Client } from '@temporalio/client';
import { pino } from 'pino';
import { createApp } from '../../api/app.ts';
import { type ApiContext, type ContextOptions, createContext, drain } from '../../api/context.ts';
import { createAccount } from '../../db/accounts.ts';
import { createApiKey, type Scope } from '../../db/api-keys.ts';
import { claimSend, recordSend } from '../../db/claims.ts';
import { type Db, openDb } from '../../db/connection.ts';
import { createSender, findSender, type NewSender, type Sender } from '../../db/senders.ts';
import { gatewayNamed } from '../../gateways/catalogue.ts';
import { referenceStart } from '../../gateways/reference.ts';
import { secretFields } from '../../gateways/secret-fields.ts';
import { lazyClient } from '../../runtime/temporal.ts';
import { freshDatabase } from '../setup/database.ts';

export const SECRET_KEYS = [{ id: 'test', key: new Uint8Array(32).fill(7) }];

/** Where nothing listens. */
export const NO_TEMPORAL = { address: '127.0.0.1:1', namespace: 'none' };

export interface House {
  url: string;
  databaseUrl: string;
  db: Db;
  context: ApiContext;
  client: Client;
  /** Everything that the API has logged so far. */
  logged(): string;
  /** How many requests have come in so far, answered or not. */
  asked(): number;
  close(): Promise<void>;
}

export async function openHouse(
  temporal: { address: string; namespace: string } = NO_TEMPORAL,
  wayTo: (databaseUrl: string) => Promise<string> = async (url) => url,
  options: Partial<ContextOptions> = {},
): Promise<House> {
  const database = await freshDatabase();
  const db = openDb(await wayTo(database.url), { connections: 8 });
  const { address, namespace } = temporal;
  const { client, close: closeClient } = lazyClient({ connection: { address }, namespace });
  let logged = '';
  const sink = new Writable({
    write(chunk, _encoding, done) {
      logged += chunk;
      done();
    },
  });
  const log = pino({ level: 'debug' }, sink);
  const context = createContext({ db, secretKeys: SECRET_KEYS, client, log, ...options });
  const server = createServer(createApp(context)).listen(0, '127.0.0.1');
  let asked = 0;
  server.on('request', () => asked++);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    databaseUrl: database.url,
    db,
    context,
    client,
    logged: () => logged,
    asked: () => asked,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await drain(context, 5_000);
      await Promise.all([db.close(), closeClient()]);
      await database.drop();
      // What a route answers must stand in /openapi.json.
      const undeclared = logged.split('\n').filter((line) => line.includes('undeclaredProblem'));
      if (undeclared.length > 0)
        throw new Error(`problems that their routes do not declare:\n${undeclared.join('\n')}`);
    },
  };
}

export interface Tenant {
  accountId: string;
  key: string;
}

const ALL: Scope[] = ['messages:send', 'messages:read', 'phones:read'];

export async function newTenant(
  { db }: House,
  { scopes = ALL, defaultCountry = null }: { scopes?: Scope[]; defaultCountry?: string | null } = {},
): Promise<Tenant> {
  const accountId = await createAccount(db, { name: `account ${unique()}`, defaultCountry });
  return { accountId, key: await newKey(db, accountId, scopes) };
}

export async function newKey(db: Db, accountId: string | null, scopes: Scope[], expiresAt?: Date): Promise<string> {
  return await createApiKey(db, {
    accountId,
    name: 'test',
    scopes,
    kind: 'live',
    ...(expiresAt ? { expiresAt } : {}),
  });
}

const SETTINGS: Record<string, () => Record<string, unknown>> = {
  infobip: () => ({ url: `https://${unique()}.api.infobip.com`, apiKey: `key-${unique()}` }),
  smsc: () => ({ login: `login-${unique()}`, password: 'a password' }),
  playmobile: () => ({ login: `login-${unique()}`, password: 'a password' }),
};

export type SenderInput = Partial<Omit<NewSender, 'accountKey' | 'secretFields' | 'referenceStart'>>;

/** Made as an operator makes it; of Infobip unless another gateway is named. */
export async function newSender(
  { db }: House,
  accountIds: string[],
  { gateway: name = 'infobip', ...input }: SenderInput = {},
): Promise<Sender> {
  const gateway = gatewayNamed(name);
  if (!gateway) throw new Error(`no gateway ${name}`);
  const settings = gateway.settings.parse({ ...SETTINGS[name]?.(), ...input.settings });
  const id = await createSender(db, SECRET_KEYS, {
    name: `sender-${unique()}`,
    accountIds,
    ...input,
    gateway: name,
    settings: settings as Record<string, unknown>,
    accountKey: gateway.accountKey(settings),
    secretFields: secretFields(gateway),
    referenceStart: referenceStart(gateway.traits(settings), randomBytes(8)),
  });
  const sender = await findSender(db, SECRET_KEYS, { id });
  if (!sender) throw new Error('the sender is gone');
  return sender;
}

export function unique(): string {
  return randomBytes(6).toString('hex');
}

let phones = 0;

export function newPhone(): string {
  phones += 1;
  return `+7999555${String(phones).padStart(4, '0')}`;
}

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect of it
  body: any;
}

export async function call(
  house: House,
  method: string,
  path: string,
  { key, body, headers = {} }: { key?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(house.url + path, {
    method,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined || typeof body === 'string' ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await textOf(response);
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** Of a stream, which has no end: what comes within a moment. */
async function textOf(response: Response): Promise<string> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return await response.text();
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const timer = setTimeout(() => void reader?.cancel(), 100);
  let text = '';
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) text += part.value;
  clearTimeout(timer);
  return text;
}

export async function post(
  house: House,
  key: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return await call(house, 'POST', '/v1/messages', { key, body, headers });
}

/** A message that the gateway has taken, and its id there. */
export async function submitted(
  house: House,
  tenant: Tenant,
  sender: Sender,
  to = newPhone(),
): Promise<{ id: string; gatewayId: string }> {
  const { body } = await post(house, tenant.key, { to, text: 'Hello', sender: sender.name, from: 'ACME' });
  const claim = await claimSend(house.db, body.id, { repeatWithinS: null, probe: false });
  if (claim.verdict !== 'claimed') throw new Error(claim.verdict);
  const gatewayId = claim.ownId ?? '';
  const outcome = { kind: 'accepted' as const, ids: [{ id: gatewayId }] };
  const idPhone = sender.gateway === 'smsc' ? to : '';
  await recordSend(house.db, body.id, claim.attempt, outcome, { evidence: {}, idPhone });
  return { id: body.id, gatewayId };
}

/** Looks until it holds, for what is done in the background. */
export async function eventually<T>(look: () => Promise<T | undefined | false>, ms = 10_000): Promise<T> {
  const until = Date.now() + ms;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > until) throw new Error('it did not come about in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

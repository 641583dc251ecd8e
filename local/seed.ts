/**
 * What a newcomer finds at the first start: an account, a key for it, and one sender for each simulated gateway. Made by
 * the same functions as an operator's; at later starts only the simulator's address is brought up to date.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAccount, findAccount } from '../db/accounts.ts';
import { createApiKey, findApiKey, type NewApiKey } from '../db/api-keys.ts';
import { type Db, openDb } from '../db/connection.ts';
import type { SecretKey } from '../db/secrets.ts';
import { updateSender } from '../db/sender-changes.ts';
import { createSender, findSender, type NewSender } from '../db/senders.ts';
import { gatewayNamed } from '../gateways/catalogue.ts';
import { defaultRateLimit } from '../gateways/rate-limit.ts';
import { referenceStart } from '../gateways/reference.ts';
import { secretFields } from '../gateways/secret-fields.ts';

export interface Demo {
  /** For `Authorization: Bearer`. */
  apiKey: string;
  /** Names of the senders, each on its simulated gateway. */
  senders: string[];
}

export interface SeedOptions {
  simulatorUrl: string;
  /** Base of the webhook addresses that the simulator is told. */
  publicUrl: string;
  /** Keeps the demo key, which the books hold only as a hash. */
  dataDir: string;
  secretKeys: readonly SecretKey[];
  /** Play Mobile's default limit. */
  playMobileLimit: number;
}

const ACCOUNT = 'demo';
/** Whose doing it is, in the audit log. */
const NPM_START = { keyId: null, name: 'npm start' };

export async function seed(databaseUrl: string, options: SeedOptions): Promise<Demo> {
  const db = openDb(databaseUrl, { connections: 2, applicationName: 'durable-sms seed' });
  try {
    const accountId =
      (await findAccount(db, { name: ACCOUNT }))?.id ??
      (await createAccount(db, { name: ACCOUNT, defaultCountry: 'RU' }, NPM_START));
    const senders = demoSenders(options);
    for (const sender of senders) await putSender(db, accountId, sender, options);
    return { apiKey: await demoKey(db, accountId, options.dataDir), senders: senders.map(({ name }) => name) };
  } finally {
    await db.close();
  }
}

/** Sees to it that the file holds a key for everything. To be done before the API starts, which would make one itself. */
export async function keepAdminKey(databaseUrl: string, file: string): Promise<void> {
  const db = openDb(databaseUrl, { connections: 1, applicationName: 'durable-sms admin key' });
  try {
    await keptKey(db, file, { accountId: null, name: 'admin', scopes: ['admin'], kind: 'live' });
  } finally {
    await db.close();
  }
}

/** A sender of which the gateway is simulated. */
export interface SimulatedSender {
  name: string;
  gateway: string;
  /** The simulated gateway behind it, where that has another name. */
  wire?: string;
  settings: Record<string, unknown>;
  /** What the simulator knows the gateway account by. */
  login: string;
  callerId: string;
  /** What is not as usual. */
  columns?: Partial<
    Pick<NewSender, 'rateLimit' | 'awaitDeliveryS' | 'defaultValidityS' | 'reportGraceS' | 'onUncertain'>
  >;
}

function demoSenders({ simulatorUrl }: SeedOptions): SimulatedSender[] {
  return [
    {
      name: 'demo-infobip',
      gateway: 'infobip',
      settings: { url: `${simulatorUrl}/infobip`, apiKey: 'demo-infobip-key' },
      login: 'demo-infobip-key',
      callerId: 'ACME',
    },
    {
      name: 'demo-smsc',
      gateway: 'smsc',
      settings: { url: `${simulatorUrl}/smsc`, login: 'demo', password: 'demo-password', pollGapS: 60 },
      login: 'demo',
      callerId: 'ACME',
    },
    {
      name: 'demo-playmobile',
      gateway: 'playmobile',
      settings: { url: `${simulatorUrl}/playmobile`, login: 'demo', password: 'demo-password' },
      login: 'demo',
      callerId: '3700',
    },
  ];
}

/**
 * Makes the sender, or brings its settings up to date, and tells the simulator where its webhooks go.
 * @param options without playMobileLimit: no rate limit but the sender's own
 */
export async function putSender(
  db: Db,
  accountId: string,
  sender: SimulatedSender,
  options: Pick<SeedOptions, 'simulatorUrl' | 'publicUrl' | 'secretKeys'> &
    Partial<Pick<SeedOptions, 'playMobileLimit'>>,
): Promise<void> {
  const gateway = gatewayNamed(sender.gateway);
  if (!gateway) throw new Error(`there is no gateway '${sender.gateway}'`);
  const settings = gateway.settings.parse(sender.settings) as Record<string, unknown>;
  const traits = gateway.traits(settings);
  const secret = { secretFields: secretFields(gateway) };
  const { playMobileLimit: playmobile } = options;
  const held = await findSender(db, options.secretKeys, { name: sender.name });
  if (held) {
    await updateSender(db, options.secretKeys, held.id, { settings, ...secret }, NPM_START);
  } else {
    const input = {
      name: sender.name,
      gateway: sender.gateway,
      settings,
      ...secret,
      accountIds: [accountId],
      accountKey: gateway.accountKey(settings),
      referenceStart: referenceStart(traits, randomBytes(8)),
      defaultCallerId: sender.callerId,
      awaitDeliveryS: 60,
      ...(playmobile === undefined ? {} : { rateLimit: defaultRateLimit(gateway, traits, { playmobile }) }),
      ...sender.columns,
    };
    await createSender(db, options.secretKeys, input, NPM_START);
  }
  const { hookToken } = (await findSender(db, options.secretKeys, { name: sender.name })) ?? {};
  await tellSimulator(sender, options, `${options.publicUrl}/hooks/${hookToken}`);
}

/** Where a real gateway has a form for it, the simulator has its control API. */
async function tellSimulator(
  sender: SimulatedSender,
  { simulatorUrl }: { simulatorUrl: string },
  hook: string,
): Promise<void> {
  const answer = await fetch(`${simulatorUrl}/_control/accounts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      wire: sender.wire ?? sender.gateway,
      login: sender.login,
      hooks: { reports: hook, inbound: hook },
    }),
  });
  if (!answer.ok) throw new Error(`the simulator did not take the webhook address of ${sender.name}: ${answer.status}`);
}

async function demoKey(db: Db, accountId: string, dataDir: string): Promise<string> {
  return await keptKey(db, join(dataDir, 'demo-api-key'), {
    accountId,
    name: 'demo',
    scopes: ['messages:send', 'messages:read', 'phones:read'],
    kind: 'live',
  });
}

/** The key in the file, which the books hold only as a hash; where it does not do, a new one, which the file keeps. */
async function keptKey(db: Db, file: string, input: NewApiKey): Promise<string> {
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (await findApiKey(db, kept)) return kept;
  const key = await createApiKey(db, input, NPM_START);
  writeFileSync(file, `${key}\n`, { mode: 0o600 });
  return key;
}

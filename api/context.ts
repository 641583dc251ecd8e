/** What the routes work with, made once for a process. */
import type { Client } from '@temporalio/client';
import type { Db } from '../db/connection.ts';
import { createReferences, type References } from '../db/references.ts';
import type { SecretKey } from '../db/secrets.ts';
import type { HookTools } from '../hooks/effects.ts';
import type { Networks } from '../runtime/addresses.ts';
import { createDeliveries } from '../runtime/deliveries.ts';
import type { Logger } from '../runtime/log.ts';
import { createSenderTests, type SenderTests } from '../runtime/sender-tests.ts';
import { type Auth, createAuth } from './auth.ts';
import { type Background, createBackground } from './background.ts';
import { describeError } from './errors.ts';
import { createFollowers, type Followers } from './followers.ts';
import { createReportQueue, type ReportQueue } from './hooks/report-queue.ts';
import { quietWarning } from './quiet.ts';
import { createLimiters, type Limiters, type RateLimits } from './rate-limit.ts';
import { type Accounts, createAccounts, createSenders, type Senders } from './senders.ts';
import { createStarter, type Starter } from './starter.ts';

export interface ApiContext extends HookTools {
  log: Logger;
  client: Client;
  auth: Auth;
  senders: Senders;
  accounts: Accounts;
  references: References;
  starter: Starter;
  /** Signals to workflows and the closing of calls: what may be left undone. */
  background: Background;
  reports: ReportQueue;
  /** Requests that wait for events. */
  followers: Followers;
  /** Lets whoever has it read the metrics; undefined: only administrators' keys do. */
  metricsToken: string | undefined;
  limiters: Limiters;
  /** Whose word is taken on where a call comes from. */
  trustedProxies: Networks;
  /** Where gateways may be called besides the public internet. */
  privateNetworks: Networks;
  /** Base of the webhook addresses, without a slash at its end. */
  publicUrl: string | undefined;
  /** Submits per second of senders that are made without a limit, by gateway, in place of the gateway's own. */
  rateLimits: Readonly<Record<string, number>>;
  senderTests: SenderTests;
  /** Folder of the built admin pages. */
  webDir: string | undefined;
  /** Where people look at deliveries. */
  temporalUi: TemporalUi | undefined;
}

export interface TemporalUi {
  /** Base, without a slash at its end. */
  uiUrl: string;
  namespace: string;
  /** How long a finished delivery is kept. */
  retentionDays: number;
}

export interface ContextOptions {
  db: Db;
  secretKeys: readonly SecretKey[];
  /** Of a lazy connection, so that the API starts and goes on while Temporal is away. */
  client: Client;
  log: Logger;
  metricsToken?: string | undefined;
  /** None if not given. */
  limits?: RateLimits;
  trustedProxies?: Networks;
  privateNetworks?: Networks;
  publicUrl?: string | undefined;
  rateLimits?: Readonly<Record<string, number>>;
  webDir?: string | undefined;
  temporalUi?: TemporalUi | undefined;
}

export function createContext(options: ContextOptions): ApiContext {
  const { db, secretKeys, client, log, metricsToken, trustedProxies = [], privateNetworks = [] } = options;
  const { publicUrl, rateLimits = {}, webDir, temporalUi } = options;
  const deliveries = createDeliveries(client);
  const warn = quietWarning(log, 'work in the background failed; the books are right all the same');
  const background = createBackground({
    concurrency: 20,
    limit: 10_000,
    onError: (err) => warn({ err: describeError(err) }),
  });
  return {
    db,
    secretKeys,
    client,
    log,
    deliveries,
    auth: createAuth(db, secretKeys, background),
    senders: createSenders(db, secretKeys),
    accounts: createAccounts(db),
    references: createReferences(db),
    starter: createStarter(deliveries, log),
    background,
    reports: createReportQueue({ db, secretKeys, deliveries }, log),
    followers: createFollowers(db),
    metricsToken,
    limiters: createLimiters({ db, log, metricsToken }, options.limits),
    trustedProxies,
    privateNetworks,
    publicUrl,
    rateLimits,
    senderTests: createSenderTests(client),
    webDir,
    temporalUi,
  };
}

/** Ends what goes on in the background, within `ms`. @returns how much was left to housekeeping */
export async function drain(context: ApiContext, ms: number): Promise<number> {
  const left = await Promise.all([context.starter, context.background, context.reports].map((part) => part.drain(ms)));
  return left.reduce((sum, count) => sum + count, 0);
}

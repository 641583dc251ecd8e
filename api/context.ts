/** What the routes work with, made once for a process. */
import type { Client } from '@temporalio/client';
import type { Db } from '../db/connection.ts';
import { createReferences, type References } from '../db/references.ts';
import type { SecretKey } from '../db/secrets.ts';
import type { HookTools } from '../hooks/effects.ts';
import { createDeliveries } from '../runtime/deliveries.ts';
import type { Logger } from '../runtime/log.ts';
import { type Auth, createAuth } from './auth.ts';
import { type Background, createBackground } from './background.ts';
import { describeError } from './errors.ts';
import { createReportQueue, type ReportQueue } from './hooks/report-queue.ts';
import { quietWarning } from './quiet.ts';
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
}

export interface ContextOptions {
  db: Db;
  secretKeys: readonly SecretKey[];
  /** Of a lazy connection, so that the API starts and goes on while Temporal is away. */
  client: Client;
  log: Logger;
}

export function createContext({ db, secretKeys, client, log }: ContextOptions): ApiContext {
  const deliveries = createDeliveries(client);
  const warn = quietWarning(log, 'work in the background failed; the books are right all the same');
  return {
    db,
    secretKeys,
    client,
    log,
    deliveries,
    auth: createAuth(db),
    senders: createSenders(db, secretKeys),
    accounts: createAccounts(db),
    references: createReferences(db),
    starter: createStarter(deliveries, log),
    background: createBackground({
      concurrency: 20,
      limit: 10_000,
      onError: (err) => warn({ err: describeError(err) }),
    }),
    reports: createReportQueue({ db, secretKeys, deliveries }, log),
  };
}

/** Ends what goes on in the background, within `ms`. @returns how much was left to housekeeping */
export async function drain(context: ApiContext, ms: number): Promise<number> {
  const left = await Promise.all([context.starter, context.background, context.reports].map((part) => part.drain(ms)));
  return left.reduce((sum, count) => sum + count, 0);
}

/** The API process. Any number of them may run. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openDb } from '../db/connection.ts';
import { createLog } from '../runtime/log.ts';
import { readSettings, SettingsError } from '../runtime/settings.ts';
import { lazyClient, temporalTarget } from '../runtime/temporal.ts';
import { createApp } from './app.ts';
import { createContext, drain } from './context.ts';
import { describeError } from './errors.ts';
import { offerFirstKey } from './first-key.ts';
import { createApiServer } from './security.ts';
import { BUILT_BESIDE } from './web.ts';

/** Time for requests in flight: longer than a STOP may wait for an open claim. */
const REQUESTS_MS = 10_000;
const BACKGROUND_MS = 5_000;

async function main(): Promise<void> {
  const stop = stopSignal();
  const settings = readSettings(process.env);
  const log = createLog('api', settings.LOG_LEVEL);
  const onCrash = (err: unknown) => {
    log.fatal({ err: describeError(err) }, 'the API has lost its way and ends');
    process.exit(1);
  };
  process.on('uncaughtException', onCrash).on('unhandledRejection', onCrash);
  const db = openDb(settings.DATABASE_URL, {
    connections: settings.DATABASE_CONNECTIONS,
    applicationName: 'durable-sms api',
  });
  const target = temporalTarget();
  const temporal = lazyClient(target);
  const context = createContext({
    db,
    secretKeys: settings.SECRET_KEYS,
    client: temporal.client,
    log,
    metricsToken: settings.METRICS_TOKEN,
    limits: {
      requestsPerMinute: settings.API_RATE_LIMIT_PER_MIN,
      failuresPerMinute: settings.API_AUTH_FAILURES_PER_MIN,
    },
    trustedProxies: settings.TRUSTED_PROXIES,
    privateNetworks: settings.GATEWAY_PRIVATE_NETWORKS,
    publicUrl: settings.PUBLIC_URL,
    webDir: settings.WEB_DIR ?? BUILT_BESIDE,
    temporalUi:
      settings.TEMPORAL_UI_URL === undefined
        ? undefined
        : {
            uiUrl: settings.TEMPORAL_UI_URL,
            namespace: target.namespace,
            retentionDays: settings.TEMPORAL_RETENTION_DAYS,
          },
    rateLimits: { playmobile: settings.PLAY_MOBILE_LIMIT_REQUESTS_PER_SEC },
  });

  const server = createApiServer(createApp(context));
  server.listen(settings.PORT, settings.HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const host = settings.HOST.includes(':') ? `[${settings.HOST}]` : settings.HOST;
  process.stdout.write(`${JSON.stringify({ ready: true, url: `http://${host}:${port}` })}\n`);
  log.info({ port }, 'the API is ready');
  const stopping = new AbortController();
  // Not by the log: what keeps logs must not keep it.
  const showKey = (line: string) => process.stderr.write(`${line}\n`);
  const firstKey = offerFirstKey(db, log, showKey, stopping.signal);

  await stop;
  log.info('the API stops; requests in flight may end');
  stopping.abort();
  context.followers.stop();
  await close(server);
  const left = await drain(context, BACKGROUND_MS);
  if (left > 0) log.warn({ left }, 'work was left to housekeeping');
  await firstKey;
  await Promise.all([db.close(), temporal.close()]);
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  // Connections that were busy become idle now and then; those that stay busy are cut at the end.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const late = setTimeout(() => server.closeAllConnections(), REQUESTS_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(late);
}

main().then(
  () => process.exit(0),
  (err: unknown) => {
    const words = err instanceof SettingsError ? err.message : `The API could not run: ${reason(err)}`;
    process.stderr.write(`${words}\n`);
    process.exit(1);
  },
);

function reason(err: unknown): string {
  return err instanceof Error ? err.message : String(err);
}

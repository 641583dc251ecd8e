/** For load balancers and people. Neither answer needs a key, and neither names an address. */
import { DELIVERIES_QUEUE } from '../../sms/names.ts';
import { createCache } from '../cache.ts';
import type { ApiContext } from '../context.ts';
import { type Route, route } from '../route.ts';
import { livenessSchema, type Readiness, readinessSchema } from '../schemas/health.ts';

type Part = Readiness['postgres'];

const POSTGRES_MS = 2_000;
const TEMPORAL_MS = 500;
const WORKER_SEEN_MS = 60_000;
/** Whoever asks more often gets the answer of a moment ago. */
const KEEP_MS = 500;
/** temporal.api.enums.v1.TaskQueueType */
const WORKFLOW_QUEUE = 1;

export function healthRoutes(context: ApiContext): Route[] {
  const cache = createCache<Readiness>(KEEP_MS);

  const live = route({
    method: 'get',
    path: '/health/live',
    tag: 'Health',
    summary: 'Whether the process is alive',
    scope: 'none',
    answers: { 200: { description: 'It is.', schema: livenessSchema } },
    handle: ({ res }) => {
      res.json({ status: 'ok' });
    },
  });

  const ready = route({
    method: 'get',
    path: '/health/ready',
    tag: 'Health',
    summary: 'Whether it can take messages, and what is degraded',
    scope: 'none',
    answers: {
      200: { description: 'It reaches Postgres.', schema: readinessSchema },
      503: { description: 'It does not.', schema: readinessSchema },
    },
    handle: async ({ res }) => {
      const readiness = await cache.get('', () => look(context));
      res.status(readiness?.postgres.status === 'ok' ? 200 : 503).json(readiness);
    },
  });

  return [live, ready];
}

async function look(context: ApiContext): Promise<Readiness> {
  const [postgres, temporal, workers] = await Promise.all([
    lookAtPostgres(context),
    lookAtTemporal(context),
    lookAtWorkers(context),
  ]);
  const all = [postgres, temporal, workers].every((part) => part.status === 'ok');
  const status = postgres.status !== 'ok' ? 'unavailable' : all ? 'ok' : 'degraded';
  return { status, postgres, temporal, workers };
}

async function lookAtPostgres({ db }: ApiContext): Promise<Part> {
  const asked = await within(POSTGRES_MS, () => db.sql`SELECT FROM installation`);
  return asked === undefined
    ? { status: 'unavailable', reason: 'it does not answer, or has no books' }
    : { status: 'ok' };
}

async function lookAtTemporal({ client }: ApiContext): Promise<Part> {
  const asked = await within(TEMPORAL_MS, () => client.workflowService.getSystemInfo({}));
  return asked === undefined ? { status: 'degraded', reason: 'it does not answer' } : { status: 'ok' };
}

async function lookAtWorkers({ client }: ApiContext): Promise<Part> {
  const queue = await within(TEMPORAL_MS, () =>
    client.workflowService.describeTaskQueue({
      namespace: client.options.namespace,
      taskQueue: { name: DELIVERIES_QUEUE },
      taskQueueType: WORKFLOW_QUEUE,
    }),
  );
  if (!queue) return { status: 'degraded', reason: 'not known: Temporal does not tell' };
  const since = Date.now() / 1000 - WORKER_SEEN_MS / 1000;
  const seen = queue.pollers?.some(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) >= since);
  return seen ? { status: 'ok' } : { status: 'degraded', reason: 'no worker has asked for work in the last minute' };
}

/** Undefined where it fails or takes longer. */
async function within<T>(ms: number, ask: () => PromiseLike<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([ask(), late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

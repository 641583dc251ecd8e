/** GET /metrics for Prometheus. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { keyOf } from '../auth.ts';
import { createCache } from '../cache.ts';
import type { ApiContext } from '../context.ts';
import { createMetrics, type Metrics } from '../metrics.ts';
import { Problem } from '../problem.ts';
import { type Route, route } from '../route.ts';

/** Whoever asks more often gets the answer of a moment ago. */
const KEEP_MS = 5_000;
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export function metricsRoutes(context: ApiContext): Route[] {
  const cache = createCache<string>(KEEP_MS);
  let metrics: Metrics | undefined;

  const read = route({
    method: 'get',
    path: '/metrics',
    tag: 'Health',
    summary: 'Counts, queues and times for Prometheus',
    description:
      'With the METRICS_TOKEN of the settings, or a key for all accounts with the scope `admin`, as the bearer token. What begins with ' +
      '`durable_sms_` is of all processes together and the same at each of them; the rest is of the one that is asked.',
    scope: 'none',
    before: [letIn(context)],
    answers: { 200: { description: 'In the text format of Prometheus.', contentType: CONTENT_TYPE } },
    problems: ['unauthorised', 'forbidden', 'too-many-requests'],
    handle: async ({ res }) => {
      metrics ??= createMetrics(context.db);
      const made = metrics;
      res.set('content-type', made.contentType).end(await cache.get('', () => made.text()));
    },
  });

  return [read];
}

function letIn(context: ApiContext): RequestHandler {
  const asAdmin = context.auth.requires('admin');
  return async (req, res, next) => {
    const [, token] = /^Bearer +(\S+) *$/i.exec(req.headers.authorization ?? '') ?? [];
    if (token !== undefined && context.metricsToken !== undefined && isSame(token, context.metricsToken)) next();
    else {
      await asAdmin(req, res, () => {
        // They name the senders of all accounts.
        if (keyOf(res).accountId !== null) throw new Problem('forbidden');
        next();
      });
    }
  };
}

/** In a time that tells nothing of how alike they are. */
function isSame(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

import type { ApiContext } from '../context.ts';
import type { Route } from '../route.ts';
import { accountRoutes } from './accounts.ts';
import { auditRoutes } from './audit.ts';
import { erasureRoutes } from './erasure.ts';
import { eventRoutes } from './events.ts';
import { gatewayRoutes } from './gateways.ts';
import { healthRoutes } from './health.ts';
import { inboundRoutes } from './inbound.ts';
import { keyRoutes } from './keys.ts';
import { messageRoutes } from './messages.ts';
import { metricsRoutes } from './metrics.ts';
import { openApiRoutes } from './openapi.ts';
import { overviewRoutes } from './overview.ts';
import { postRoutes } from './post.ts';
import { previewRoutes } from './preview.ts';
import { senderActionRoutes } from './sender-actions.ts';
import { senderRoutes } from './senders.ts';
import { sessionRoutes } from './session.ts';
import { streamRoutes } from './stream.ts';
import { suppressionImportRoutes } from './suppression-imports.ts';
import { suppressionRoutes } from './suppressions.ts';

/** Every route but the gateways' webhooks, in the order of /openapi.json. */
export function allRoutes(context: ApiContext): Route[] {
  const routes = [
    postRoutes,
    previewRoutes,
    messageRoutes,
    eventRoutes,
    streamRoutes,
    inboundRoutes,
    overviewRoutes,
    suppressionRoutes,
    suppressionImportRoutes,
    gatewayRoutes,
    senderRoutes,
    senderActionRoutes,
    accountRoutes,
    keyRoutes,
    auditRoutes,
    erasureRoutes,
    sessionRoutes,
    healthRoutes,
    metricsRoutes,
  ].flatMap((of) => of(context));
  return [...routes, ...openApiRoutes(routes)];
}

import type { ApiContext } from '../context.ts';
import type { Route } from '../route.ts';
import { healthRoutes } from './health.ts';
import { messageRoutes } from './messages.ts';
import { postRoutes } from './post.ts';

/** Every route but the gateways' webhooks, in the order of /openapi.json. */
export function allRoutes(context: ApiContext): Route[] {
  return [postRoutes, messageRoutes, healthRoutes].flatMap((routes) => routes(context));
}

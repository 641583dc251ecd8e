/** The door: everything that comes in by HTTP. */
import express, { type Express } from 'express';
import type { ApiContext } from './context.ts';
import { addDocs } from './docs.ts';
import { HOOK_PATHS } from './hooks/address.ts';
import { addHookRoutes } from './hooks/routes.ts';
import { notFound, problemHandler } from './problem.ts';
import { requestLog } from './request-log.ts';
import { addRoutes } from './route.ts';
import { allRoutes } from './routes/index.ts';
import { bodyTimeout, securityHeaders } from './security.ts';
import { addWeb } from './web.ts';

export function createApp(context: ApiContext): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('trust proxy', [...context.trustedProxies]);
  app.use(requestLog(context.log));
  app.use(securityHeaders());
  app.use((_req, res, next) => {
    res.set('cache-control', 'no-store');
    next();
  });
  app.use(bodyTimeout());
  app.use(HOOK_PATHS, context.limiters.wrongHooks);
  addHookRoutes(app, context);
  app.use(context.limiters.wrongKeys);
  addRoutes(app, context, allRoutes(context));
  addDocs(app);
  addWeb(app, context.webDir);
  app.use(notFound);
  app.use(problemHandler);
  return app;
}

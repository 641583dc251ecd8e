/** The door: everything that comes in by HTTP. */
import express, { type Express } from 'express';
import type { ApiContext } from './context.ts';
import { addHookRoutes } from './hooks/routes.ts';
import { notFound, problemHandler } from './problem.ts';
import { requestLog } from './request-log.ts';
import { addRoutes } from './route.ts';
import { allRoutes } from './routes/index.ts';

export function createApp(context: ApiContext): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(requestLog(context.log));
  app.use((_req, res, next) => {
    res.set('cache-control', 'no-store');
    next();
  });
  addHookRoutes(app, context);
  addRoutes(app, context, allRoutes(context));
  app.use(notFound);
  app.use(problemHandler);
  return app;
}

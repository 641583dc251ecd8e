/** One line for each request: the route and not the address, which may hold a token or a phone. */
import type { Request, RequestHandler } from 'express';
import { uuidv7 } from 'uuidv7';
import type { Logger } from '../runtime/log.ts';

export function requestLog(log: Logger): RequestHandler {
  return (req, res, next) => {
    const began = performance.now();
    res.locals.requestId = uuidv7();
    res.set('x-request-id', res.locals.requestId);
    res.once('close', () => {
      const line = {
        requestId: res.locals.requestId,
        method: req.method,
        route: routeOf(req),
        status: res.statusCode,
        ms: Math.round((performance.now() - began) * 10) / 10,
        ...(res.locals.key ? { key: res.locals.key.id } : {}),
        ...(res.writableFinished ? {} : { aborted: true }),
        ...(res.locals.undeclared ? { undeclaredProblem: res.locals.undeclared } : {}),
        ...(res.locals.error ? { err: res.locals.error } : {}),
      };
      if (res.statusCode >= 500) log.error(line, 'request');
      else if (line.route.startsWith('/health/')) log.debug(line, 'request');
      else log.info(line, 'request');
    });
    next();
  };
}

function routeOf(req: Request): string {
  const path: unknown = req.route?.path;
  return typeof path === 'string' ? path : 'none';
}

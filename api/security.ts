/** What every answer tells browsers, and how long a caller may take for a request. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';

/**
 * Scripts, styles and calls from this origin only, nothing inline, in no frame. Whether there is to be TLS only is for
 * the proxy to say that has it: the API itself speaks HTTP.
 */
export function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    strictTransportSecurity: false,
  });
}

/** Lets the page of this answer have style elements that carry the nonce. @returns the nonce */
export function allowStyles(res: Response, nonce: string): string {
  const policy = String(res.get('content-security-policy'));
  res.set('content-security-policy', policy.replace("style-src 'self'", `style-src 'self' 'nonce-${nonce}'`));
  return nonce;
}

export interface ServerTimes {
  /** Until the end of the headers. */
  headersMs: number;
  /** From the headers to the end of a body that is read into memory. */
  bodyMs: number;
  /** Of a request whose body is worked through as it comes, such as an import. */
  longBodyMs: number;
  /** Longer than the usual idle time of proxies, so that it is they who hang up. */
  keepAliveMs: number;
}

const TIMES: ServerTimes = { headersMs: 10_000, bodyMs: 30_000, longBodyMs: 3_600_000, keepAliveMs: 75_000 };

/** A server that callers cannot hold up by being slow. */
export function createApiServer(app: RequestListener, times: ServerTimes = TIMES): Server {
  const server = createServer({ connectionsCheckingInterval: Math.min(5_000, times.headersMs / 2) }, app);
  server.headersTimeout = times.headersMs;
  server.requestTimeout = times.longBodyMs;
  server.keepAliveTimeout = times.keepAliveMs;
  return server;
}

/**
 * Cuts requests whose body does not come to its end, but for those that `allowLongBody` lets through. Also after an early
 * answer, such as to a wrong key: the rest would hold the connection.
 */
export function bodyTimeout(ms: number = TIMES.bodyMs): RequestHandler {
  return (req, res, next) => {
    if (hasBody(req)) {
      const timer = setTimeout(() => {
        if (!req.complete && !res.locals.longBody) req.socket.destroy();
      }, ms).unref();
      req.once('end', () => clearTimeout(timer));
    }
    next();
  };
}

/** For a route that works through a body as it comes, once it is known who calls. */
export const allowLongBody: RequestHandler = (_req, res, next) => {
  res.locals.longBody = true;
  next();
};

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

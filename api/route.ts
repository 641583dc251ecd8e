/**
 * One route: what it is for, who may call it, what it reads and answers. The same schemas that read a request are what
 * /openapi.json says of it, so that neither can go stale.
 */
import type { Express, Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import type { Account } from '../db/accounts.ts';
import type { ApiKey, Scope } from '../db/api-keys.ts';
import { accountFor, keyOf } from './auth.ts';
import { jsonBody } from './body.ts';
import type { ApiContext } from './context.ts';
import { Problem } from './problem.ts';
import type { ProblemCode } from './schemas/problem.ts';
import { allowLongBody } from './security.ts';
import { readBody, readQuery } from './validation.ts';

export interface RouteAnswer {
  description: string;
  /** Of the JSON body; absent where there is none, or where it is not JSON. */
  schema?: z.ZodType;
  contentType?: string;
}

export interface Route<Query extends z.ZodObject = z.ZodObject, Body extends z.ZodObject = z.ZodObject> {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As Express has it: `/v1/senders/:id`. Parameters are ids (UUIDs) unless `words` names them. */
  path: string;
  words?: readonly string[];
  tag: string;
  summary: string;
  description?: string;
  /** `any`: any key does; `none`: no key is needed. */
  scope: Scope | 'any' | 'none';
  query?: Query;
  headers?: Record<string, z.ZodType>;
  /** Read as JSON. */
  body?: Body;
  /** Of the body, such as `64kb`; else 128kb. */
  bodyLimit?: string;
  /** A body that is not JSON and that the handler reads itself, by content type. */
  rawBody?: { contentType: string; description: string };
  answers: Record<number, RouteAnswer>;
  /** Besides those that every route of its kind answers. */
  problems?: readonly ProblemCode[];
  /** Before the body is read. */
  before?: readonly RequestHandler[];
  handle(call: RouteCall<z.output<Query>, z.output<Body>>): Promise<void> | void;
}

export interface RouteCall<Query, Body> {
  req: Request;
  res: Response;
  query: Query;
  body: Body;
  /** By name; ids in lower case. */
  params: Record<string, string>;
  /** Only of a route with a scope. */
  key: ApiKey;
  /** The account that the request acts for. @throws Problem */
  account(named?: string): Promise<Account>;
}

/** Lets the types of a route follow from its schemas. */
export function route<Query extends z.ZodObject, Body extends z.ZodObject>(it: Route<Query, Body>): Route {
  return it as unknown as Route;
}

export function addRoutes(app: Express, context: ApiContext, routes: readonly Route[]): void {
  for (const it of routes) {
    const declared = problemsOf(it);
    const steps: RequestHandler[] = [
      (_req, res, next) => {
        res.locals.declaredProblems = declared;
        next();
      },
      ...(it.scope === 'none' ? [] : [context.auth.requires(it.scope), context.limiters.requests]),
      ...(it.rawBody ? [allowLongBody] : []),
      ...(it.before ?? []),
      ...(it.body ? jsonBody(it.bodyLimit ?? '128kb') : []),
      async (req, res) => await it.handle(callOf(context, it, req, res)),
    ];
    app[it.method](it.path, ...steps);
  }
}

/** What may be answered without being named by the route. */
export function problemsOf(it: Route): ProblemCode[] {
  return [
    ...(it.problems ?? []),
    ...(it.scope === 'none' ? [] : (['unauthorised', 'forbidden', 'too-many-requests'] as const)),
    ...(it.path.includes(':') ? (['not-found'] as const) : []),
    ...(it.body ? (['malformed-json', 'unsupported-media-type'] as const) : []),
    ...(it.body || it.rawBody ? (['body-too-large'] as const) : []),
    ...(it.body || it.query || it.headers ? (['invalid-request'] as const) : []),
    'internal',
    'unavailable',
  ];
}

function callOf(context: ApiContext, it: Route, req: Request, res: Response) {
  const params = Object.fromEntries(
    Object.entries(req.params).map(([name, value]) => {
      const text = typeof value === 'string' ? value : '';
      return [name, it.words?.includes(name) ? text : uuidIn(text)];
    }),
  );
  return {
    req,
    res,
    query: it.query ? readQuery(it.query, req.query) : {},
    body: it.body ? readBody(it.body, req.body) : {},
    params,
    get key() {
      return keyOf(res);
    },
    account: (named?: string) => accountFor(context.accounts, keyOf(res), named),
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** An id that cannot be one names nothing. @throws Problem */
function uuidIn(id: string): string {
  if (!UUID.test(id)) throw new Problem('not-found');
  return id.toLowerCase();
}

/**
 * How much one caller may ask for. Each process counts by itself.
 *
 * Wrong API keys and wrong webhook addresses are counted for each client address. Over the limit they are refused
 * without a look into the books; right ones still pass, so that nobody is locked out by what comes from the same address,
 * such as that of a proxy or of a gateway.
 */
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import type { Request, RequestHandler } from 'express';
import ipaddr from 'ipaddr.js';
import type { Db } from '../db/connection.ts';
import { apiKeyHashes, hookTokenHashes } from '../db/credentials.ts';
import type { Logger } from '../runtime/log.ts';
import { keyOf } from './auth.ts';
import { createBuckets } from './buckets.ts';
import { hookAddressOf } from './hooks/address.ts';
import { Problem } from './problem.ts';
import { quietWarning } from './quiet.ts';

export interface RateLimits {
  /** Of one API key in a minute. */
  requestsPerMinute: number;
  /** Of one client address in a minute. */
  failuresPerMinute: number;
}

export interface Limiters {
  /** Behind the look at the key. */
  requests: RequestHandler;
  /** Before the look at the key. */
  wrongKeys: RequestHandler;
  /** Before the look at the token; of a route with HOOK_PATHS. */
  wrongHooks: RequestHandler;
}

interface LimiterParts {
  db: Db;
  log: Logger;
  /** Lets in too. */
  metricsToken: string | undefined;
}

/** Without limits nobody is held back. */
export function createLimiters({ db, log, metricsToken }: LimiterParts, limits?: RateLimits): Limiters {
  const { requestsPerMinute, failuresPerMinute } = limits ?? NO_LIMITS;
  const requests = createBuckets(requestsPerMinute);
  const failures = createBuckets(failuresPerMinute);
  const warn = quietWarning(log, 'wrong API keys or webhook addresses are being tried');

  const limitWrong =
    (secretOf: (req: Request) => string | undefined, status: number, right: RightOnes): RequestHandler =>
    async (req, res, next) => {
      const secret = secretOf(req);
      if (secret === undefined) return next();
      const client = clientOf(req.ip);
      const waitMs = failures.wait(client);
      if (waitMs > 0 && !(await right(secret))) {
        warn({ client });
        throw tooMany('Too many wrong keys or webhook addresses came from this address.', waitMs);
      }
      // Who hangs up before the answer has had a look into the books as well.
      res.once('close', () => {
        if (res.statusCode === status || !res.headersSent) failures.charge(client);
      });
      next();
    };

  return {
    requests: (_req, res, next) => {
      const waitMs = requests.take(keyOf(res).id);
      if (waitMs > 0) throw tooMany(`This key may make ${requestsPerMinute} requests a minute.`, waitMs);
      next();
    },
    wrongKeys: limitWrong(
      bearerOf,
      401,
      rightOnes(async () => [...(await apiKeyHashes(db)), ...(metricsToken ? [hashOf(metricsToken)] : [])]),
    ),
    wrongHooks: limitWrong(
      (req) => hookAddressOf(req).token ?? '',
      404,
      rightOnes(() => hookTokenHashes(db)),
    ),
  };
}

const NO_LIMITS: RateLimits = {
  requestsPerMinute: Number.POSITIVE_INFINITY,
  failuresPerMinute: Number.POSITIVE_INFINITY,
};

function tooMany(detail: string, waitMs: number): Problem {
  return new Problem('too-many-requests', { detail, headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) } });
}

function bearerOf(req: Request): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(req.headers.authorization ?? '')?.[1];
}

/** Whether a secret is a right one, by a list that is at most a second old. */
type RightOnes = (secret: string) => Promise<boolean>;

const KEEP_MS = 1_000;

/** Read only while wrong ones pour in, however many, and compared by hash: no time that it takes tells of a secret. */
function rightOnes(load: () => Promise<string[]>): RightOnes {
  let held: Promise<Set<string>> | undefined;
  let until = 0;
  return async (secret) => {
    if (held === undefined || performance.now() >= until) {
      until = performance.now() + KEEP_MS;
      held = load().then((hashes) => new Set(hashes));
    }
    try {
      return (await held).has(hashOf(secret));
    } catch (err) {
      held = undefined;
      throw err;
    }
  };
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64');
}

/** Of IPv6 a whole network, since a client has as many addresses in it as it likes. */
function clientOf(ip = ''): string {
  if (isIP(ip) === 0) return ip;
  const address = ipaddr.process(ip);
  if (address.kind() === 'ipv4') return address.toString();
  return ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/64`).toString();
}

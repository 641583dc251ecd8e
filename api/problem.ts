/** Answers that say what went wrong: application/problem+json, by RFC 9457. */
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { isPostgresAway } from '../db/away.ts';
import { describeError } from './errors.ts';
import {
  PROBLEM_TYPE,
  PROBLEMS,
  type ProblemBody,
  type ProblemCode,
  type ProblemError,
  problemTypeOf,
} from './schemas/problem.ts';

export interface ProblemOptions {
  detail?: string;
  errors?: ProblemError[];
  /** Where it is not the usual one of the code. */
  status?: number;
  /** The message that it is about. */
  message?: unknown;
  headers?: Record<string, string>;
}

/** Thrown by handlers, answered by `problemHandler`. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly options: ProblemOptions;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(options.detail ?? PROBLEMS[code].title);
    this.code = code;
    this.options = options;
  }

  get status(): number {
    return this.options.status ?? PROBLEMS[this.code].status;
  }

  body(): ProblemBody {
    const { detail, errors, message } = this.options;
    return {
      type: problemTypeOf(this.code),
      title: PROBLEMS[this.code].title,
      status: this.status,
      code: this.code,
      ...(detail === undefined ? {} : { detail }),
      ...(errors === undefined ? {} : { errors }),
      ...(message === undefined ? {} : { message }),
    };
  }
}

export const notFound: RequestHandler = () => {
  throw new Problem('not-found');
};

export const problemHandler: ErrorRequestHandler = (err, req, res, _next) => {
  const problem = asProblem(err);
  const declared = res.locals.declaredProblems as readonly ProblemCode[] | undefined;
  if (declared?.includes(problem.code) === false) res.locals.undeclared = problem.code;
  if (problem.status >= 500) res.locals.error = describeError(err);
  if (res.headersSent) {
    res.destroy();
    return;
  }
  sendProblem(req, res, problem);
};

function sendProblem(req: Request, res: Response, problem: Problem): void {
  res.status(problem.status).set(problem.options.headers ?? {});
  res.set('content-type', PROBLEM_TYPE);
  // Webhook addresses hold a secret, so only our own are named.
  const instance = req.path.startsWith('/v1/') ? { instance: req.path } : {};
  res.end(JSON.stringify({ ...problem.body(), ...instance, request_id: res.locals.requestId }));
}

function asProblem(err: unknown): Problem {
  if (err instanceof Problem) return err;
  if (isPostgresAway(err)) {
    return new Problem('unavailable', {
      detail:
        'The books cannot be reached. It is not known whether anything was written: repeat the request, with the ' +
        'same idempotency key if it posts messages.',
      headers: { 'retry-after': '2' },
    });
  }
  return (
    bodyProblem(err) ?? new Problem('internal', { detail: 'It has been written to the log under the request id.' })
  );
}

const UNREADABLE = 'The body was cut short, or is not packed as its content-encoding says.';

/** In bytes, as the reader of bodies names it in its error. */
function limitOf(err: object): Pick<ProblemOptions, 'detail'> {
  return 'limit' in err && typeof err.limit === 'number'
    ? { detail: `More than ${err.limit} bytes are not taken.` }
    : {};
}

/** What express.json and express.raw throw, and Express itself for an address that cannot be decoded. */
function bodyProblem(err: unknown): Problem | undefined {
  if (!(err instanceof Error) || !('status' in err) || typeof err.status !== 'number') return undefined;
  if ('type' in err && err.type === 'entity.parse.failed') {
    return new Problem('malformed-json', { detail: 'The body could not be read as JSON.' });
  }
  switch (err.status) {
    case 413:
      return new Problem('body-too-large', limitOf(err));
    case 415:
      return new Problem('unsupported-media-type', {
        detail: 'The encoding or charset of the body is not known here.',
      });
    case 400:
      return err instanceof URIError
        ? new Problem('not-found')
        : new Problem('invalid-request', { status: 400, detail: UNREADABLE });
    default:
      return undefined;
  }
}

/** Importing suppress lists, and what came of it. */
import type { Request } from 'express';
import { uuidv7 } from 'uuidv7';
import { findImport, ImportIdTaken, listImports, type SuppressionImport } from '../../db/suppression-imports.ts';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { UnreadableCsv } from '../csv.ts';
import { pageFor, shownOf } from '../paging.ts';
import { Problem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import {
  type ImportPage,
  type ImportView,
  type ImportWithLines,
  importListQuerySchema,
  importPageSchema,
  importQuerySchema,
  importWithLinesSchema,
} from '../schemas/suppressions.ts';
import { suppressListOf } from '../suppress-list.ts';
import { CutOff, importSuppressions } from '../suppression-import.ts';

const TAG = 'Suppress lists';
/** In one process, so that other requests have their turn. */
const AT_ONCE = 2;

export function suppressionImportRoutes(context: ApiContext): Route[] {
  const { db } = context;
  let running = 0;

  const start = route({
    method: 'post',
    path: '/v1/suppressions/import',
    tag: TAG,
    summary: 'Put the phones of a CSV file on a suppress list',
    description:
      'The file is read while it is sent, and answered when all of it is on the list: from then on nothing leaves any ' +
      'more for its phones. The first column is the phone; a header row may name the columns phone, reason and note. ' +
      'Rows that cannot be read are counted and named with their lines. Importing a file again does no harm.',
    scope: 'suppressions:write',
    query: importQuerySchema,
    rawBody: {
      contentType: 'text/csv',
      description: 'Separated by comma, semicolon or tab; UTF-8, or what charset names. Up to 256 MiB.',
    },
    answers: { 200: { description: 'All of it was read.', schema: importWithLinesSchema } },
    problems: ['account-required', 'conflict', 'unsupported-media-type'],
    handle: async ({ req, res, query, key }) => {
      const charset = charsetOf(req);
      const { accountId, country } = await suppressListOf(context, key, query, 'query');
      if (running >= AT_ONCE) {
        const detail = 'Two imports are under way here. Wait until one of them has ended.';
        throw new Problem('too-many-requests', { detail, headers: { 'retry-after': '10' } });
      }
      const id = query.id ?? uuidv7();
      const location = `/v1/suppressions/imports/${id}`;
      running++;
      try {
        const order = { id, accountId, country, charset, actor: actorOf(key) };
        const done = await importSuppressions(context, order, bodyOf(req));
        res.location(location).json(viewWithLines(done));
      } catch (err) {
        if (err instanceof CutOff) return;
        // The client reads no answer before it has sent all.
        req.resume();
        throw problemOf(err, location);
      } finally {
        running--;
      }
    },
  });

  const read = route({
    method: 'get',
    path: '/v1/suppressions/imports/:id',
    tag: TAG,
    summary: 'An import, with its counters so far',
    scope: 'suppressions:read',
    answers: { 200: { description: 'The import.', schema: importWithLinesSchema } },
    handle: async ({ params, key, res }) => {
      const row = await findImport(db, params.id ?? '', key.accountId ?? undefined);
      if (!row) throw new Problem('not-found');
      res.json(viewWithLines(row));
    },
  });

  const list = route({
    method: 'get',
    path: '/v1/suppressions/imports',
    tag: TAG,
    summary: 'A page of imports, newest first',
    scope: 'suppressions:read',
    query: importListQuerySchema,
    answers: { 200: { description: 'The page.', schema: importPageSchema } },
    problems: ['account-required'],
    handle: async ({ query, key, res }) => {
      const { list: named, account } = query;
      const isOfAll = key.accountId === null && named === undefined && account === undefined;
      const of = isOfAll
        ? undefined
        : await suppressListOf(context, key, { list: named ?? 'account', account }, 'query');
      const rows = await listImports(db, of?.accountId, pageFor(query));
      const { shown, nextCursor } = shownOf(rows, query);
      res.json({ imports: shown.map(viewOf), nextCursor } satisfies ImportPage);
    },
  });

  return [start, list, read];
}

/** UTF-8 unless the header says something else. @throws Problem */
function charsetOf(req: Request): string {
  const encoding = req.headers['content-encoding'] ?? 'identity';
  const charset = /;\s*charset="?([^";\s]+)/i.exec(req.headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  if (!req.is('text/csv') || encoding !== 'identity' || !isCharset(charset)) {
    const detail = 'Send the file as it is, with Content-Type: text/csv and, if it is not in UTF-8, a known charset.';
    throw new Problem('unsupported-media-type', { detail });
  }
  return charset;
}

function isCharset(name: string): boolean {
  try {
    return new TextDecoder(name, { fatal: true }).fatal;
  } catch {
    return false;
  }
}

/** Leaves the request open where the reader stops, so that it can still be answered. */
async function* bodyOf(req: Request): AsyncGenerator<Uint8Array> {
  try {
    yield* req.iterator({ destroyOnReturn: false });
  } catch (err) {
    throw new CutOff('the client has gone', { cause: err });
  }
}

function problemOf(err: unknown, location: string): unknown {
  if (err instanceof ImportIdTaken) {
    const detail = 'There is an import with this id already. Take a new one; a repeated import does no harm.';
    return new Problem('conflict', { detail, errors: [{ parameter: 'id', code: 'taken', detail }] });
  }
  if (!(err instanceof UnreadableCsv)) return err;
  const headers = { location };
  if (err.isTooLarge) return new Problem('body-too-large', { detail: err.message, headers });
  const mend = 'Mend the file and import it again. What was read before that place is on the list, which does no harm.';
  return new Problem('invalid-request', {
    detail: err.message,
    errors: [{ pointer: '#', code: 'unreadable-csv', detail: err.message, mend }],
    headers,
  });
}

function viewOf(row: SuppressionImport): ImportView {
  return {
    id: row.id,
    list: row.accountId === null ? 'global' : 'account',
    account: row.accountId,
    state: row.state,
    total: row.total,
    imported: row.imported,
    alreadyThere: row.alreadyThere,
    invalid: row.invalid,
    failure: row.failure,
    startedAt: row.startedAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

function viewWithLines(row: SuppressionImport): ImportWithLines {
  return { ...viewOf(row), invalidLines: row.invalidLines };
}

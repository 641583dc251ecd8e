/** /admin: the built admin pages, read from their folder once, as the process starts. */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Express, Request, RequestHandler, Response } from 'express';
import { allowStyles } from './security.ts';

export const WEB_PATH = '/admin';

/** Where `npm run build` puts them: beside this room. */
export const BUILT_BESIDE = fileURLToPath(new URL('../web', import.meta.url));

/** What the page gives to the style elements that its components make: replaced with each answer. */
const NONCE = '__STYLE_NONCE__';
const INDEX = 'index.html';

/** @param folder where the pages are; where they are not, the address says so */
export function addWeb(app: Express, folder: string | undefined): void {
  if (folder === undefined || !isBuilt(folder)) {
    app.use(WEB_PATH, notBuilt);
    return;
  }
  app.get('/', (_req, res) => res.redirect(`${WEB_PATH}/`));
  app.use(WEB_PATH, pages(filesIn(folder)));
}

/** The sources have an index.html too, and nothing that a browser could load. */
function isBuilt(folder: string): boolean {
  return existsSync(join(folder, INDEX)) && existsSync(join(folder, 'assets'));
}

interface File {
  type: string;
  bytes: Buffer;
  /** Made when it is first asked for. */
  packed: Promise<Buffer> | undefined;
}

function pages(files: ReadonlyMap<string, File>): RequestHandler {
  const index = files.get(INDEX)?.bytes.toString() ?? '';
  return async (req, res, next) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') return next();
    if (req.originalUrl === WEB_PATH) return res.redirect(`${WEB_PATH}/`);
    const path = req.path.slice(1);
    const file = files.get(path);
    if (file && path !== INDEX) return await sendFile(req, res, path, file);
    if (path.startsWith('assets/')) return next();
    // Any other address is a page's own, which the browser finds.
    res.type('html').send(index.replaceAll(NONCE, allowStyles(res, randomBytes(16).toString('base64'))));
  };
}

async function sendFile(req: Request, res: Response, path: string, file: File): Promise<void> {
  // The name of an asset changes with what is in it.
  res.set('cache-control', path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
  res.set('content-type', file.type).vary('accept-encoding');
  if (isText(file.type) && req.acceptsEncodings('gzip') === 'gzip') {
    file.packed ??= promisify(gzip)(file.bytes);
    res.set('content-encoding', 'gzip').end(await file.packed);
  } else {
    res.end(file.bytes);
  }
}

const notBuilt: RequestHandler = (_req, res) => {
  res.status(404).type('html').send(NOT_BUILT);
};

const NOT_BUILT = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>durable-sms</title>
</head>
<body>
  <h1>The admin pages are not built</h1>
  <p>Run <code>npm run build</code>, or set WEB_DIR to the folder that holds them, and start the API again.
  The API itself works: see <a href="/docs">its documentation</a>.</p>
</body>
</html>
`;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

function isText(type: string): boolean {
  return type.startsWith('text/') || type === 'image/svg+xml';
}

function filesIn(folder: string): Map<string, File> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    entries.flatMap((entry): [string, File][] => {
      const path = join(entry.parentPath, entry.name);
      const type = TYPES[extname(path)];
      if (!entry.isFile() || type === undefined) return [];
      return [[relative(folder, path), { type, bytes: readFileSync(path), packed: undefined }]];
    }),
  );
}

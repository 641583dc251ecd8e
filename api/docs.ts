/**
 * /docs: a page that shows /openapi.json. Everything that it loads comes from here, and nothing of it is inline, as the
 * policy of api/security.ts asks.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Express } from 'express';

const ASSETS = '/docs/assets';
const FROM_PACKAGE = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

const PAGE = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>durable-sms API</title>
  <link rel="stylesheet" href="${ASSETS}/swagger-ui.css">
  <link rel="icon" type="image/png" href="${ASSETS}/favicon-32x32.png">
</head>
<body>
  <div id="docs"></div>
  <script src="${ASSETS}/swagger-ui-bundle.js"></script>
  <script src="${ASSETS}/start.js"></script>
</body>
</html>
`;

/** No validator badge: it would ask an outside host. The key that a person enters is not kept. */
const START = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
  defaultModelsExpandDepth: 0,
});
`;

export function addDocs(app: Express): void {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

  app.get('/docs', (_req, res) => {
    res.type('html').send(PAGE);
  });
  app.get(`${ASSETS}/start.js`, (_req, res) => {
    res.type('js').send(START);
  });
  for (const file of FROM_PACKAGE) {
    app.get(`${ASSETS}/${file}`, (_req, res, next) => {
      res.set('cache-control', 'public, max-age=3600');
      res.sendFile(join(folder, file), (err) => {
        if (err && !res.headersSent) next(err);
      });
    });
  }
}

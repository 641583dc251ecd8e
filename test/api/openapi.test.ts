/** The document of the API, and the page that shows it. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createApp } from '../../api/app.ts';
import { type OpenApi, openApiOf } from '../../api/openapi.ts';
import { Problem, problemHandler } from '../../api/problem.ts';
import { requestLog } from '../../api/request-log.ts';
import { addRoutes, problemsOf, type Route, route } from '../../api/route.ts';
import { allRoutes } from '../../api/routes/index.ts';
import { SCHEMAS } from '../../api/schemas/index.ts';
import { PROBLEMS } from '../../api/schemas/problem.ts';
import { call, type House, openHouse } from './house.ts';
import { documentSchema } from './openapi-shape.ts';

let house: House;
let routes: Route[];
let document: OpenApi;
beforeAll(async () => {
  house = await openHouse();
  routes = allRoutes(house.context);
  document = (await call(house, 'GET', '/openapi.json')).body;
});
afterAll(() => house?.close());

/** `GET /v1/messages/{id}`, of every route that Express answers. */
function servedBy(app: Express): string[] {
  const layers = app.router.stack as { route?: { path: string; methods: Record<string, boolean> } }[];
  return layers.flatMap(({ route }) =>
    Object.keys(route?.methods ?? {}).map((method) => `${method.toUpperCase()} ${route?.path}`),
  );
}

const inBraces = (line: string) => line.replaceAll(/:(\w+)/g, '{$1}');

interface Operation {
  operationId: string;
  tags: string[];
  parameters?: { name: string; in: string }[];
  security: Record<string, string[]>[];
  responses: Record<string, { content?: Record<string, { schema?: { properties?: { code?: { enum: string[] } } } }> }>;
}

function operations(): { line: string; operation: Operation }[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      line: `${method.toUpperCase()} ${path}`,
      operation: operation as unknown as Operation,
    })),
  );
}

describe('/openapi.json', () => {
  it('has every route that is served, but for webhooks and its own page', () => {
    const served = servedBy(createApp(house.context)).filter((line) => !/ \/(hooks|smslistener|docs)\b/.test(line));
    expect(served.length).toBeGreaterThan(10);
    expect(
      operations()
        .map(({ line }) => line)
        .sort(),
    ).toEqual(served.map(inBraces).sort());
  });

  it('has every problem that a route may answer, under its status', () => {
    const found = new Map(operations().map(({ line, operation }) => [line, operation]));
    for (const it of routes) {
      const line = inBraces(`${it.method.toUpperCase()} ${it.path}`);
      const told = Object.entries(found.get(line)?.responses ?? {}).flatMap(([status, { content }]) =>
        (content?.['application/problem+json']?.schema?.properties?.code?.enum ?? []).map(
          (code) => `${status} ${code}`,
        ),
      );
      const declared = [...new Set(problemsOf(it))].map((code) => `${PROBLEMS[code].status} ${code}`);
      expect(told.sort(), line).toEqual(declared.sort());
    }
  });

  it('has every answer of a route, and what is in it', () => {
    for (const it of routes) {
      const item = document.paths[inBraces(it.path)]?.[it.method] as unknown as Operation;
      for (const [status, { schema, contentType = 'application/json' }] of Object.entries(it.answers)) {
        const { content = {} } = item.responses[status] ?? {};
        if (schema) expect(content[contentType]?.schema, `${it.path} ${status}`).toBeDefined();
      }
    }
  });

  it('is OpenAPI 3.1 in its shape', () => {
    expect(() => documentSchema.parse(document)).not.toThrow();
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { line, operation } of operations()) {
      const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect(
        inPath.map(({ name }) => `{${name}}`),
        line,
      ).toEqual(line.match(/\{\w+\}/g) ?? []);
      expect(document.tags.map(({ name }) => name)).toEqual(expect.arrayContaining(operation.tags));
    }
  });

  it('has what each of its references names, and no schema in vain', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref ?? '');
    const targets = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
    expect(targets).toEqual(expect.arrayContaining(['#/components/schemas/Problem', '#/components/schemas/Message']));
    expect([...new Set(references)].sort()).toEqual(targets.sort());
  });

  it('asks for a key but where none is needed', () => {
    const open = operations().filter(({ operation }) => operation.security.length === 0);
    expect(open.map(({ line }) => line).sort()).toEqual(
      routes
        .filter((it) => !problemsOf(it).includes('unauthorised'))
        .map(({ path }) => `GET ${path}`)
        .sort(),
    );
    const send = operations().find(({ line }) => line === 'POST /v1/messages');
    expect(send?.operation.security).toEqual([{ apiKey: ['messages:send'] }]);
  });

  it('says of a request what reads it: fields, bounds, examples, and how to mend them', () => {
    const { NewKey, Batch } = document.components.schemas;
    expect(Batch?.properties).toMatchObject({ messages: { items: { $ref: '#/components/schemas/BatchItem' } } });
    expect(NewKey).toMatchObject({
      type: 'object',
      required: ['name', 'scopes'],
      additionalProperties: false,
      properties: {
        name: { examples: [expect.any(String)] },
        kind: { enum: ['live', 'test'], default: 'live' },
        expiresAt: { format: 'date-time' },
      },
    });
    expect(JSON.stringify(NewKey?.properties)).toContain('admin includes all others');
  });

  it('has a name for whatever is a body or an answer', () => {
    const bodies = routes.flatMap(({ body, answers }) => [body, ...Object.values(answers).map(({ schema }) => schema)]);
    const nameless = bodies.filter((schema) => schema instanceof z.ZodObject && !SCHEMAS.has(schema));
    expect(nameless.map((schema) => Object.keys((schema as z.ZodObject).shape))).toEqual([]);
  });
});

describe('a route that answers a problem which it does not declare', () => {
  it.each([
    ['conflict', true],
    ['too-late', false],
  ] as const)('is seen in the log: %s', async (code, isDeclared) => {
    const lines: Record<string, unknown>[] = [];
    const broken = route({
      method: 'get',
      path: '/broken',
      tag: 'Test',
      summary: 'Broken',
      scope: 'none',
      answers: {},
      problems: ['conflict'],
      handle: () => {
        throw new Problem(code);
      },
    });
    const app = express();
    const log = { info: (line: Record<string, unknown>) => lines.push(line) };
    app.use(requestLog(log as unknown as typeof house.context.log));
    addRoutes(app, house.context, [broken]);
    app.use(problemHandler);
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/broken`);
    server.close();
    await once(server, 'close');
    expect(lines[0]?.undeclaredProblem).toBe(isDeclared ? undefined : code);
  });
});

describe('/docs', () => {
  it('loads only what is served here, and nothing inline', async () => {
    const page = await call(house, 'GET', '/docs');
    expect(page.status).toBe(200);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/default-src 'none'.*script-src 'self'(;|$)/);
    expect(policy).not.toContain('unsafe');
    expect(page.body).not.toMatch(/https?:\/\/|<script>|<style|\son\w+=|style=/);
    const loaded = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path as string);
    expect(loaded).toHaveLength(4);
    const types: Record<string, RegExp> = { css: /text\/css/, js: /javascript/, png: /image\/png/ };
    for (const path of loaded) {
      const answer = await call(house, 'GET', path);
      expect(answer.status, path).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(types[path.split('.').at(-1) ?? ''] ?? /^$/);
      expect(answer.body.length).toBeGreaterThan(50);
    }
    expect((await call(house, 'GET', '/docs/assets/start.js')).body).toContain("url: '/openapi.json'");
  });

  it.each(['/docs/assets/package.json', '/docs/assets/..%2Fpackage.json', '/docs/assets/'])(
    'serves nothing else: %s',
    async (path) => {
      expect((await call(house, 'GET', path)).status).toBe(404);
    },
  );
});

describe('the document', () => {
  it('is the same as that of the routes', () => {
    expect(document).toEqual(JSON.parse(JSON.stringify(openApiOf(routes))));
  });
});

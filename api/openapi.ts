/**
 * OpenAPI 3.1 of the routes, made from what they are declared with: the schemas are those that read the requests, the
 * problems those that may be answered.
 */
import { z } from 'zod';
import { Problem } from './problem.ts';
import { problemsOf, type Route, type RouteAnswer } from './route.ts';
import { SCHEMAS } from './schemas/index.ts';
import { PROBLEM_TYPE, PROBLEMS, type ProblemCode, problemSchema } from './schemas/problem.ts';

export type Json = { [name: string]: unknown };

export interface OpenApi {
  openapi: '3.1.0';
  info: Json;
  security: Json[];
  tags: { name: string }[];
  paths: Record<string, Record<string, Json>>;
  components: { schemas: Record<string, Json>; securitySchemes: Json };
}

const KEY = 'apiKey';

export function openApiOf(routes: readonly Route[]): OpenApi {
  const schemas = createSchemas();
  const paths: OpenApi['paths'] = {};
  for (const it of routes) {
    const path = it.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [it.method]: operationOf(it, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'durable-sms',
      version: 'v1',
      description:
        'Errors are application/problem+json (RFC 9457): `code` names the problem, and `errors` say, field by field, ' +
        'what is wrong and how to mend it.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ [KEY]: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: schemas.named,
      securitySchemes: {
        [KEY]: {
          type: 'http',
          scheme: 'bearer',
          description:
            'An API key, `dsk_live_…` or `dsk_test_…`. With each request stands the scope that the key must have; ' +
            '`admin` includes all.',
        },
      },
    },
  };
}

function operationOf(it: Route, schemas: Schemas): Json {
  const { method, path, tag, summary, scope } = it;
  const scopes = scope === 'none' || scope === 'any' ? [] : [scope];
  const description = [
    ...(it.description === undefined ? [] : [it.description]),
    ...scopes.map((name) => `Scope: \`${name}\`.`),
  ].join('\n\n');
  return {
    operationId: [method, ...path.split(/\W+/).filter(Boolean)].join('_'),
    tags: [tag],
    summary,
    ...(description === '' ? {} : { description }),
    security: problemsOf(it).includes('unauthorised') ? [{ [KEY]: scopes }] : [],
    ...(parametersOf(it, schemas).length > 0 ? { parameters: parametersOf(it, schemas) } : {}),
    ...requestOf(it, schemas),
    responses: responsesOf(it, schemas),
  };
}

function parametersOf({ path, words = [], query, headers = {} }: Route, schemas: Schemas): Json[] {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', ...(words.includes(name) ? {} : { format: 'uuid' }) },
  }));
  const { properties = {}, required = [] } = query ? schemas.inlined(query, 'input') : {};
  const inQuery = Object.entries(properties as Record<string, Json>).map(([name, schema]) =>
    parameter(name, 'query', schema, (required as string[]).includes(name)),
  );
  const inHeaders = Object.entries(headers).map(([name, schema]) =>
    parameter(name, 'header', schemas.inlined(schema, 'input'), false),
  );
  return [...inPath, ...inQuery, ...inHeaders];
}

function parameter(name: string, place: 'query' | 'header', schema: Json, required: boolean): Json {
  const { description, ...rest } = schema;
  return { name, in: place, ...(required ? { required } : {}), ...(description ? { description } : {}), schema: rest };
}

function requestOf({ body, rawBody }: Route, schemas: Schemas): Json {
  if (body) {
    const content = { 'application/json': { schema: schemas.of(body, 'input') } };
    return { requestBody: { required: true, content } };
  }
  if (!rawBody) return {};
  const { contentType, description } = rawBody;
  return { requestBody: { required: true, description, content: { [contentType]: {} } } };
}

function responsesOf(it: Route, schemas: Schemas): Json {
  const problems = new Map<number, ProblemCode[]>();
  for (const code of new Set(problemsOf(it))) {
    const { status } = PROBLEMS[code];
    problems.set(status, [...(problems.get(status) ?? []), code]);
  }
  const statuses = new Set([...Object.keys(it.answers).map(Number), ...problems.keys()]);
  const sorted = [...statuses].sort((a, b) => a - b);
  return Object.fromEntries(
    sorted.map((status) => [String(status), responseOf(it.answers[status], problems.get(status) ?? [], schemas)]),
  );
}

function responseOf(answer: RouteAnswer | undefined, codes: ProblemCode[], schemas: Schemas): Json {
  const words = [
    ...(answer ? [answer.description] : []),
    ...codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`),
  ];
  const content = { ...contentOf(answer, schemas), ...problemContent(codes, schemas) };
  return { description: words.join('\n\n'), ...(Object.keys(content).length > 0 ? { content } : {}) };
}

function contentOf(answer: RouteAnswer | undefined, schemas: Schemas): Json {
  if (answer?.schema) {
    return { [answer.contentType ?? 'application/json']: { schema: schemas.of(answer.schema, 'output') } };
  }
  return answer?.contentType ? { [answer.contentType]: {} } : {};
}

function problemContent(codes: ProblemCode[], schemas: Schemas): Json {
  if (codes.length === 0) return {};
  const code = { type: 'string', enum: codes };
  const examples = Object.fromEntries(codes.map((name) => [name, { value: new Problem(name).body() }]));
  return {
    [PROBLEM_TYPE]: { schema: { allOf: [schemas.of(problemSchema, 'output')], properties: { code } }, examples },
  };
}

interface Schemas {
  /** What the document's components hold in the end. */
  named: Record<string, Json>;
  /** A reference where the schema has a name, else the schema itself. */
  of(schema: z.ZodType, io: Io): Json;
  /** With everything that it is made of. */
  inlined(schema: z.ZodType, io: Io): Json;
}

/** What is sent to us (`input`) or by us. */
type Io = 'input' | 'output';

/** Those of api/schemas are written once, under their names; all others where they are used. */
function createSchemas(): Schemas {
  const named: Record<string, Json> = {};
  const schemas: Schemas = {
    named,
    of(schema, io) {
      const { $defs = {}, ...json } = convert(schema, io, (one) => SCHEMAS.get(one), schemas);
      for (const [name, held] of Object.entries($defs as Record<string, Json>)) named[name] = clean(held);
      return clean(json);
    },
    inlined: (schema, io) => clean(convert(schema, io, () => undefined, schemas)),
  };
  return schemas;
}

/** The schemas that have a name stand in `$defs`, all others in their places. */
function convert(schema: z.ZodType, io: Io, nameOf: (schema: z.ZodType) => string | undefined, schemas: Schemas): Json {
  const metadata = z.registry<Json>();
  metadata.get = ((one: z.ZodType) => {
    const { readAs: _, ...meta } = z.globalRegistry.get(one) ?? {};
    const id = nameOf(one);
    return { ...meta, ...(id === undefined ? {} : { id }) };
  }) as typeof metadata.get;
  return z.toJSONSchema(schema, {
    io,
    metadata,
    override: ({ zodSchema, jsonSchema }) => {
      // What the schema lets through and a handler reads by another one.
      const { readAs } = z.globalRegistry.get(zodSchema) ?? {};
      if (readAs instanceof z.ZodType) Object.assign(jsonSchema, schemas.of(readAs, io));
      tidy(jsonSchema as Json, io);
    },
  }) as Json;
}

function tidy(json: Json, io: Io): void {
  if (json.format === 'date-time' || json.format === 'uuid') delete json.pattern;
  if (json.minimum === Number.MIN_SAFE_INTEGER) delete json.minimum;
  if (json.maximum === Number.MAX_SAFE_INTEGER) delete json.maximum;
  // An answer may get further fields in time; who reads it must not mind.
  if (io === 'output' && json.additionalProperties === false) delete json.additionalProperties;
}

/** As it may stand within the document: with references into it, and without what is only for a document of its own. */
function clean(schema: Json): Json {
  return Object.fromEntries(
    Object.entries(schema).flatMap(([name, held]): [string, unknown][] => {
      if (name === '$schema' || name === 'id') return [];
      if (name === '$ref') return [[name, String(held).replace(/^#\/\$defs\//, '#/components/schemas/')]];
      if (VALUES.has(name)) return [[name, held]];
      if (name === 'properties') return [[name, mapped(held as Record<string, Json>)]];
      return [[name, Array.isArray(held) ? held.map(cleanIfSchema) : cleanIfSchema(held)]];
    }),
  );
}

/** Keywords that hold values and not schemas. */
const VALUES: ReadonlySet<string> = new Set(['default', 'examples', 'const', 'enum', 'required']);

function mapped(properties: Record<string, Json>): Json {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, clean(schema)]));
}

function cleanIfSchema(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? clean(value as Json) : value;
}

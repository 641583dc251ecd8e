/** The requests of a profile. */
import { z } from 'zod';
import { readXml } from '../xml.ts';
import { templatesIn } from './json-body.ts';
import { fill, isClosed, isPlaceholder, namesIn } from './template.ts';

export const CHARSETS = ['utf-8', 'windows-1251', 'koi8-r', 'iso-8859-1', 'utf-16le'] as const;

const template = z.string().superRefine((text, ctx) => {
  for (const message of faultsOf(text)) ctx.addIssue(message);
});

const pairs = z.array(z.tuple([template, template]));

const jsonTemplate = z.unknown().superRefine((value, ctx) => {
  try {
    for (const message of templatesIn(value).flatMap(faultsOf)) ctx.addIssue(message);
  } catch (err) {
    ctx.addIssue(err instanceof Error ? err.message : 'is no JSON');
  }
});

const xmlTemplate = template
  .refine((text) => !text.includes('<![CDATA['), {
    error: 'has CDATA, in which the escapes of values would be read as they stand: leave it out',
    abort: true,
  })
  .refine((text) => readXml(Buffer.from(fill(text.replace(PROLOG, ''), {}, String))) !== undefined, {
    error: 'is no well-formed XML without a document type',
  });

const body = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('json'), value: jsonTemplate }).meta({
    description: 'Any JSON, its texts templates; {"$number": "{{ref}}"} is written as a number',
  }),
  z.strictObject({ type: z.literal('form'), fields: pairs }),
  z.strictObject({ type: z.literal('xml'), text: xmlTemplate }),
  z.strictObject({ type: z.literal('text'), text: template }),
]);

export const requestSchema = z
  .strictObject({
    method: z.enum(['GET', 'POST', 'PUT']).default('POST'),
    url: template.meta({ description: 'Begins with the address of the sender: {{url}}/send' }),
    query: pairs.default([]).meta({ description: 'Pairs of a name and a value' }),
    headers: pairs.default([]).meta({ description: 'Pairs of a name and a value' }),
    auth: z.enum(['none', 'basic', 'bearer']).default('none').meta({
      description: 'basic: login and password; bearer: token',
    }),
    body: body.optional(),
    charset: z.enum(CHARSETS).default('utf-8').meta({ description: 'Of the query and the body' }),
  })
  // A name or number right behind it would be a part of the host.
  .refine(({ url }) => /^\{\{url\}\}(?:[/?][^#]*)?$/.test(url), {
    error: 'must begin with {{url}}, then a slash, a question mark or nothing, and hold no #',
    path: ['url'],
  })
  .refine(({ method, body }) => method !== 'GET' || body === undefined, { error: 'GET has no body', path: ['body'] })
  .refine(({ method, body }) => method === 'GET' || body !== undefined, {
    error: 'is missing; write {"type": "form", "fields": []} for an empty one',
    path: ['body'],
  })
  .refine(({ body, charset }) => body?.type !== 'xml' || encodingOf(body.text, charset) === charset, {
    error: 'names another encoding than charset',
    path: ['body', 'text'],
  });

export type RequestProfile = z.output<typeof requestSchema>;

/** Every placeholder that it fills in, and the settings that its `auth` takes. */
export function placeholdersOf({ url, query, headers, auth, body }: RequestProfile): ReadonlySet<string> {
  const templates = [url, ...query.flat(), ...headers.flat()];
  if (body?.type === 'json') templates.push(...templatesIn(body.value));
  else if (body?.type === 'form') templates.push(...body.fields.flat());
  else if (body) templates.push(body.text);
  const taken = { none: [], basic: ['login', 'password'], bearer: ['token'] }[auth];
  return new Set([...templates.flatMap(namesIn), ...taken]);
}

const PROLOG = /^\s*<\?xml[^>]*\?>/;

function encodingOf(xml: string, otherwise: string): string {
  return /encoding=["']([\w-]+)["']/.exec(PROLOG.exec(xml)?.[0] ?? '')?.[1]?.toLowerCase() ?? otherwise;
}

function faultsOf(text: string): string[] {
  const unknown = namesIn(text).filter((name) => !isPlaceholder(name));
  return [
    ...(isClosed(text) ? [] : ['has a {{ that is not closed around a name']),
    ...unknown.map((name) => `has the placeholder {{${name}}}, which there is not`),
  ];
}

/** Tables of the README and of docs/, made from the code. `node --import tsx docs/write-tables.ts` writes them. */
import { z } from 'zod';
import type { ApiContext } from '../api/context.ts';
import type { Route } from '../api/route.ts';
import { allRoutes } from '../api/routes/index.ts';
import { GATEWAYS } from '../gateways/catalogue.ts';
import type { Gateway, Traits } from '../gateways/gateway.ts';
import { settingsSchema } from '../runtime/settings.ts';

/** The pages that hold such tables, and which. */
export const PAGES: Readonly<Record<string, readonly TableName[]>> = {
  'README.md': ['settings', 'gateways'],
  'docs/operating.md': ['requests'],
};

type TableName = keyof typeof TABLES;

const TABLES = { settings: settingsTable, gateways: gatewaysTable, requests: requestsTable };

/** @throws where a table has lost its marks in the text */
export function withTables(text: string, names: readonly TableName[]): string {
  return names.reduce((so, name) => {
    const [begin, end] = [`<!-- ${name} table: made from the code -->`, `<!-- end of ${name} table -->`];
    const [before, rest = ''] = so.split(begin);
    const [, after] = rest.split(end);
    if (before === undefined || after === undefined) throw new Error(`the marks of the ${name} table are missing`);
    return `${before}${begin}\n${TABLES[name]()}\n${end}${after}`;
  }, text);
}

/** Grouped as in /openapi.json. */
function requestsTable(): string {
  // The routes are only looked at, so that they need nothing of a running process.
  const context = { auth: { requires: () => () => {} } } as unknown as ApiContext;
  const routes = allRoutes(context);
  const tags = [...new Set(routes.map(({ tag }) => tag))];
  const rows = tags.flatMap((tag) =>
    routes
      .filter((route) => route.tag === tag)
      .map(({ method, path, scope, summary, problems }, i) => [
        i === 0 ? tag : '',
        `\`${method.toUpperCase()} ${path}\``,
        keyFor(scope, problems),
        summary,
      ]),
  );
  return table(['', 'Request', 'Scope', 'What it does'], rows);
}

function keyFor(scope: Route['scope'], problems: Route['problems'] = []): string {
  if (scope === 'none') return problems.includes('unauthorised') ? '`METRICS_TOKEN`' : 'no key';
  return scope === 'any' ? 'any key' : `\`${scope}\``;
}

interface Property {
  title?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  enum?: unknown[];
}

function settingsTable(): string {
  const schema = z.toJSONSchema(settingsSchema, { io: 'input', unrepresentable: 'any' });
  const required = new Set(schema.required);
  const rows = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const { title = '', default: fallback, ...bounds } = property as Property;
    const otherwise = required.has(name) ? 'must be set' : fallback === undefined ? '–' : `\`${fallback}\``;
    return [`\`${name}\``, [title, boundsOf(bounds)].filter(Boolean).join('; '), otherwise];
  });
  return table(['Setting', 'What it is', 'Default'], rows);
}

function boundsOf({ minimum, maximum = Number.MAX_SAFE_INTEGER, enum: words }: Property): string {
  if (words) return words.map((word) => `\`${word}\``).join(', ');
  if (!minimum) return '';
  return maximum === Number.MAX_SAFE_INTEGER ? `at least ${minimum}` : `${minimum} to ${maximum}`;
}

function gatewaysTable(): string {
  const heads = ['Gateway', 'Name', 'Protocol', 'Delivery reports', 'Status asked by', 'Texts from phones', 'Repeats'];
  return table(heads, GATEWAYS.flatMap(gatewayRows));
}

/** One for each kind of account that differs. */
function gatewayRows(gateway: Gateway): string[][] {
  const link = `[${gateway.title}](${gateway.docs})`;
  const name = `\`${gateway.name}\``;
  const kinds = Object.entries(gateway.examples);
  if (kinds.length === 0) return [[link, name, KNOWLEDGE[gateway.knowledge], ...Array(4).fill('as the profile says')]];
  return kinds.map(([kind, example]) => {
    const traits = gateway.traits(gateway.settings.parse(example));
    return [
      kind === '' ? link : `${link}: ${kind}`,
      name,
      KNOWLEDGE[gateway.knowledge],
      REPORTS[traits.reports],
      LOOKUP[traits.lookup],
      INBOUND[traits.inbound],
      REPEAT[traits.repeat],
    ];
  });
}

const KNOWLEDGE: Record<Gateway['knowledge'], string> = {
  confirmed: 'confirmed',
  partly: 'partly known',
  'by-profile': 'by profile',
};
const REPORTS: Record<Traits['reports'], string> = { webhook: 'webhook', poll: 'polled only', none: 'none' };
const LOOKUP: Record<Traits['lookup'], string> = {
  'own-id': 'our reference',
  'gateway-id': "the gateway's id",
  none: 'cannot be asked',
};
const INBOUND: Record<Traits['inbound'], string> = { webhook: 'webhook', pull: 'fetched', none: 'none' };
const REPEAT: Record<Traits['repeat'], string> = {
  'same-answer': 'safe: sent once',
  'refused-means-accepted': 'safe: refused',
  unsafe: 'unsafe: not made blindly',
};

function table(heads: string[], rows: string[][]): string {
  return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

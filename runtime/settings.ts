/**
 * Every setting of the product, from the environment. The README's table is made from this one; a bad value stops the
 * start with a line that names it. Temporal's own variables (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY,
 * TEMPORAL_TLS_…) are read by @temporalio/envconfig, see runtime/temporal.ts.
 */
import { z } from 'zod';
import { isNetwork } from './addresses.ts';

const number = (title: string, fallback: number, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}) =>
  z.coerce.number().min(min).max(max).default(fallback).meta({ title });

const secretKeys = z
  .string()
  .transform((list, ctx) =>
    list
      .split(',')
      .filter(Boolean)
      .map((entry) => {
        const [id = '', encoded = ''] = entry.trim().split(':');
        const key = new Uint8Array(Buffer.from(encoded, 'base64'));
        if (!id || key.length !== 32) ctx.addIssue('is a comma list of id:base64, each key 32 bytes');
        return { id, key };
      }),
  )
  .refine((keys) => keys.length > 0, 'needs at least one key');

/** A comma list. */
const networks = (words: readonly string[] = []) =>
  z
    .string()
    .optional()
    .transform((list = '') => list.split(/[\s,]+/).filter(Boolean))
    .refine((list) => list.every((entry) => words.includes(entry) || isNetwork(entry)), {
      error: `is a comma list of networks such as 10.1.0.0/16${words.length > 0 ? `, or ${words.join(', ')}` : ''}`,
    });

export const settingsSchema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).meta({ title: 'Postgres, 15 or newer' }),
  DATABASE_CONNECTIONS: number('Connections to Postgres of each process', 10, { min: 2, max: 500 }),
  SECRET_KEYS: secretKeys.meta({
    title: 'Keys for the secrets of senders, `id:base64 of 32 bytes`, comma list: the first encrypts, all decrypt',
  }),
  HOST: z.string().default('127.0.0.1').meta({ title: 'Address that the API listens on' }),
  PORT: number('Port of the API', 8080, { max: 65_535 }),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .meta({ title: 'Base of the webhook addresses that gateways call; without it they are not told any' }),
  TRUSTED_PROXIES: networks().meta({
    title:
      'Proxies before the API, whose X-Forwarded-For says where a call comes from: networks in CIDR notation, comma list',
  }),
  API_RATE_LIMIT_PER_MIN: number('Requests of one API key that one API process takes in a minute', 6_000, { min: 1 }),
  API_AUTH_FAILURES_PER_MIN: number(
    'Wrong API keys and wrong webhook addresses of one client address that one API process looks up in a minute',
    20,
    { min: 1 },
  ),
  GATEWAY_PRIVATE_NETWORKS: networks(['all']).meta({
    title: 'Where gateways may be called besides the public internet: networks in CIDR notation, comma list, or `all`',
  }),
  METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,}$/, 'is shorter than 16 characters, or has others than printable ASCII')
    .optional()
    .meta({
      title:
        'Bearer token that reads GET /metrics; without it only API keys for all accounts with the scope `admin` do',
    }),
  RETENTION_TEXT_DAYS: number('How long the texts of ended messages, and texts from phones, are kept', 30, {
    min: 1,
    max: 3650,
  }),
  RETENTION_HOOK_DAYS: number('How long webhook calls are kept as they came in, and reports that no message has', 30, {
    min: 1,
    max: 3650,
  }),
  RETENTION_MESSAGE_DAYS: number('How long messages are kept; they go by whole months', 400, { min: 1, max: 3650 }),
  TEMPORAL_UI_URL: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .meta({ title: 'Temporal Web UI, for links to deliveries' }),
  TEMPORAL_RETENTION_DAYS: number('How long Temporal keeps a finished delivery', 7, { min: 1, max: 365 }),
  WEB_DIR: z.string().optional().meta({ title: 'Folder of the built admin pages, where they are not beside the API' }),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .meta({ title: 'Least severity that is logged' }),
  HTTP_TIMEOUT_MS: number('How long a gateway may take to answer, in milliseconds', 10_000, { min: 100, max: 12_000 }),
  POLL_EVERY_S: number('First pause between two polls of one message, in seconds; grows to ten minutes', 30, {
    min: 0.2,
    max: 600,
  }),
  PULL_EVERY_S: number(
    'Pause between two requests for texts from phones, where a gateway does not push them, in seconds',
    30,
    {
      min: 0.2,
      max: 3600,
    },
  ),
  HOUSEKEEPING_EVERY_S: number('Pause between two rounds of housekeeping, in seconds', 10, { min: 0.2, max: 300 }),
  MAX_CACHED_WORKFLOWS: number('Deliveries that a worker keeps in memory', 300, { min: 10 }),
  PLAY_MOBILE_LIMIT_REQUESTS_PER_SEC: number(
    'Submits per second of a Play Mobile sender that is made without a limit',
    49,
    { min: 0.01 },
  ),
});

export type Settings = z.infer<typeof settingsSchema>;

/** A setting is missing or wrong; `message` is one line for the operator. */
export class SettingsError extends Error {}

/** @throws SettingsError */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const read = settingsSchema.safeParse(given);
  if (read.success) return read.data;
  const lines = read.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return given[name] === undefined ? `${name} is not set` : `${name}: ${issue.message}`;
  });
  throw new SettingsError(`Settings: ${lines.join('; ')}.`);
}

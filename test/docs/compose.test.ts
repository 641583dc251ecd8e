/** docker-compose.yml, without Docker: its variables against the settings, its images, ports and files. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readSettings, settingsSchema } from '../../runtime/settings.ts';
import { exists, read, sourceOf } from './files.ts';

const serviceSchema = z.object({
  image: z.string(),
  build: z.string().optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number()]).transform(String)).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  container_name: z.string().optional(),
  user: z.string().optional(),
  privileged: z.boolean().optional(),
  healthcheck: z.record(z.string(), z.unknown()).optional(),
});
const text = read('docker-compose.yml');
const { services, volumes } = z
  .object({ services: z.record(z.string(), serviceSchema), volumes: z.record(z.string(), z.unknown()) })
  .parse(parse(text, { merge: true }));
const all = Object.entries(services);
const ours = all.filter(([, { build }]) => build !== undefined);

const SETTINGS = Object.keys(settingsSchema.shape);
const REQUIRED = Object.entries(settingsSchema.shape)
  .filter(([, setting]) => !setting.safeParse(undefined).success)
  .map(([name]) => name);
/** What an operator must put into .env. */
const MUST = { POSTGRES_PASSWORD: 'abc123', SECRET_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}` };

function environment(name: string): Record<string, string> {
  return services[name]?.environment ?? {};
}

/** As Docker Compose fills in variables. */
function filled(values: Record<string, string>, given: Record<string, string>): Record<string, string> {
  const fill = (value: string) =>
    value.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind: string | undefined, rest: string) => {
      if (given[name]) return given[name];
      if (kind === '?') throw new Error(`${name} ${rest}`);
      return kind === '-' ? rest : '';
    });
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fill(value)]));
}

describe.each(['api', 'worker'])('the variables of %s', (name) => {
  const given = Object.keys(environment(name));

  it('are settings, or variables that Temporal reads', () => {
    expect(given.filter((variable) => !SETTINGS.includes(variable) && !temporalReads(variable))).toEqual([]);
  });

  it('are all that must be set', () => {
    expect(given).toEqual(expect.arrayContaining([...REQUIRED, 'TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE']));
  });

  it('make good settings of a filled .env', () => {
    const settings = readSettings(filled(environment(name), MUST));
    expect(settings).toEqual({ ...readSettings(filled(required(), MUST)), ...ownOf(name) });
  });

  it.each(Object.keys(MUST))('are refused without %s', (variable) => {
    const without = { ...MUST, [variable]: '' };
    expect(() => filled(environment(name), without)).toThrow(`${variable} is not set, see .env.example`);
  });
});

/** The required settings alone, for the defaults of the others. */
function required(): Record<string, string> {
  return Object.fromEntries(Object.entries(environment('api')).filter(([name]) => REQUIRED.includes(name)));
}

function ownOf(name: string) {
  return { TEMPORAL_UI_URL: 'http://127.0.0.1:8233', ...(name === 'api' ? { HOST: '0.0.0.0', PORT: 8080 } : {}) };
}

/** By @temporalio/envconfig. */
function temporalReads(variable: string): boolean {
  const folder = dirname(createRequire(import.meta.url).resolve('@temporalio/envconfig'));
  const code = readdirSync(folder)
    .filter((file) => file.endsWith('.js'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
  return code.some((file) => new RegExp(`['"\`.]${variable}['"\`;,) ]`).test(file));
}

describe('docker-compose.yml', () => {
  it('lets an operator set every setting', () => {
    const settable = new Set([...Object.keys(environment('api')), ...Object.keys(environment('worker'))]);
    expect(SETTINGS.filter((setting) => !settable.has(setting))).toEqual([]);
  });

  it('asks for no more than .env.example has', () => {
    const asked = new Set([...text.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name));
    expect([...asked].sort()).toEqual(Object.keys(MUST).sort());
    for (const name of Object.keys(MUST)) expect(read('.env.example')).toMatch(new RegExp(`^${name}=$`, 'm'));
  });

  it.each(all)('%s: its image is of one version, and not on Alpine', (_name, { image, build }) => {
    if (build === undefined) expect(image).toMatch(/^[\w./-]+:\d+\.\d+(\.\d+)?(-[\w.]+)?$/);
    else expect(image).toBe('durable-sms:local');
    expect(image).not.toMatch(/latest|alpine/);
  });

  it('has one version of Temporal', () => {
    const versions = all
      .filter(([, { image }]) => /^temporalio\/(server|admin-tools):/.test(image))
      .map(([, { image }]) => image.split(':')[1]);
    expect(versions).toHaveLength(3);
    expect(new Set(versions).size).toBe(1);
  });

  it.each(all)('%s: is published on the loopback address only, and not run as root', (_name, service) => {
    expect(service.ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    expect([service.user, service.privileged]).toEqual([undefined, undefined]);
  });

  it.each(ours)('%s: runs a program of the image', (_name, { command = [] }) => {
    const [node, program = '', ...rest] = command;
    expect([node, rest]).toEqual(['node', []]);
    expect(program === 'docker/demo.js' ? exists(program) : sourceOf(program)).toBeTruthy();
  });

  it.each(ours.filter(([name]) => name !== 'api'))('%s: is not asked for the health of the API', (_name, service) => {
    expect(service.healthcheck).toEqual({ disable: true });
  });

  it('lets workers be many', () => {
    expect(services.worker).toMatchObject({ ports: [] });
    expect(services.worker?.container_name).toBeUndefined();
  });

  it.each(all)('%s: mounts and waits for what there is', (_name, { volumes: mounts, depends_on }) => {
    for (const mount of mounts) {
      const [source = ''] = mount.split(':');
      expect(source.startsWith('./') ? exists(source) : source in volumes).toBe(true);
    }
    for (const [other, { condition }] of Object.entries(depends_on)) {
      expect(Object.keys(services)).toContain(other);
      if (condition === 'service_healthy') expect(services[other]?.healthcheck).toHaveProperty('test');
    }
  });

  it('gives Temporal one partition for each queue', () => {
    const [mount = ''] = services.temporal?.volumes ?? [];
    const [source = '', target] = mount.split(':');
    expect(environment('temporal').DYNAMIC_CONFIG_FILE_PATH).toBe(target);
    expect(parse(read(source))).toEqual({
      'matching.numTaskqueueReadPartitions': [{ value: 1 }],
      'matching.numTaskqueueWritePartitions': [{ value: 1 }],
    });
  });
});

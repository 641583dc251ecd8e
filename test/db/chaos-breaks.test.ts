/** The breaks of the chaos run can be put into today's product: where it moves on, they must follow. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { applySql, BREAKS, launchOf, wasLoaded } from '../chaos/breaks/index.ts';
import { freshDatabase } from '../setup/database.ts';

const twins = Object.entries(BREAKS).flatMap(([name, { module }]) => (module === undefined ? [] : [{ name, module }]));
const edits = Object.entries(BREAKS).flatMap(([name, one]) => (one.edits ? [name] : []));

describe('a twin', () => {
  const whole = new Map<string, Record<string, string>>();

  beforeAll(() => {
    const modules = [...new Set(twins.map(({ module }) => module))];
    for (const [module, source] of Object.entries(exportsOf(modules).exports)) whole.set(module, source);
  });

  it.each(twins)('$name takes the place of $module, with all that it exports', ({ name, module }) => {
    const { exports, log } = exportsOf([module], name);
    const twin = exports[module] ?? {};
    const right = whole.get(module) ?? {};
    expect(wasLoaded(log, name)).toBe(true);
    expect(Object.keys(twin)).toEqual(Object.keys(right));
    expect(twin).not.toEqual(right);
  });

  it('is what other modules get, and has the real one itself', () => {
    const script = `
      import { LEASE_MS } from ${JSON.stringify(urlOf('db/claims'))};
      import { outcomeOf } from ${JSON.stringify(urlOf('sms/outcome'))};
      const answer = { kind: 'error', class: 'temporary', notTaken: false };
      process.stdout.write([
        outcomeOf({ reach: 'answered', answer }, false).kind,
        outcomeOf({ reach: 'written', failure: 'cut' }, false).kind,
        LEASE_MS,
      ].join());`;
    expect(run(script)).toBe('uncertain,uncertain,2000');
    expect(run(script, 'server-errors-not-sent')).toBe('{"break":"server-errors-not-sent"}\nnot-sent,uncertain,2000');
  });

  it('stays unknown where its module is not imported', () => {
    expect(wasLoaded(run('process.stdout.write("no module")', 'no-lease'), 'no-lease')).toBe(false);
  });
});

describe('an edit', () => {
  it.each(edits)('%s finds its text in the functions of today, once', async (name) => {
    const database = await freshDatabase();
    try {
      await applySql(database.url, name);
      await expect(applySql(database.url, name)).rejects.toThrow('should have this text once');
    } finally {
      await database.drop();
    }
  });
});

it('a name that no break has is told', () => {
  expect(() => launchOf('no-such')).toThrow('there is no break');
});

function urlOf(module: string): string {
  return pathToFileURL(join(inject('built'), `${module}.js`)).href;
}

/** @returns what modules export, by module and name, as source; and all that was printed */
function exportsOf(modules: string[], name?: string) {
  const log = run(
    `const found = {};
    for (const [module, url] of ${JSON.stringify(modules.map((module) => [module, urlOf(module)]))}) {
      found[module] = Object.fromEntries(Object.entries(await import(url)).map(([key, it]) => [key, String(it)]));
    }
    process.stdout.write(JSON.stringify(found));`,
    name,
  );
  const exports = JSON.parse(log.split('\n').at(-1) ?? '') as Record<string, Record<string, string>>;
  return { exports, log };
}

/** @returns what the script printed */
function run(script: string, name?: string): string {
  const { nodeArgs, env } = name === undefined ? { nodeArgs: [], env: {} } : launchOf(name);
  const args = [...nodeArgs, '--input-type=module', '--eval', script];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return stdout;
}

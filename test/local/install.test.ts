import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let clone: string;

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'durable-sms-install-'));
  mkdirSync(join(clone, 'local'));
  mkdirSync(join(clone, 'bin'));
  cpSync(join(import.meta.dirname, '../../local/install.js'), join(clone, 'local/install.mjs'));
  packageJson('>=20.19');
  lock({ 'node_modules/a': { version: '1.0.0' } });
});

afterEach(() => rmSync(clone, { recursive: true }));

function packageJson(node: string): void {
  writeFileSync(join(clone, 'package.json'), JSON.stringify({ engines: { node } }));
}

function lock(packages: Record<string, object>): void {
  writeFileSync(join(clone, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...packages } }));
}

function installedByHand(packages: Record<string, object>): void {
  mkdirSync(join(clone, 'node_modules'), { recursive: true });
  writeFileSync(join(clone, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
}

/** An npm that notes how it was called. */
function npm(rest: string): void {
  const script = `#!/bin/sh\necho "$@" >> ${clone}/calls\n${rest}\n`;
  writeFileSync(join(clone, 'bin/npm'), script, { mode: 0o755 });
}

const calls = () => readFileSync(join(clone, 'calls'), 'utf8').trim().split('\n');

function install(): { status: number | null; stdout: string; stderr: string } {
  const code = `import(${JSON.stringify(join(clone, 'local/install.mjs'))}).then((m) => m.installDependencies())`;
  const { npm_execpath: _, NODE_OPTIONS: __, ...env } = process.env;
  return spawnSync(process.execPath, ['-e', code], {
    encoding: 'utf8',
    env: { ...env, PATH: `${join(clone, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin` },
  });
}

describe('the dependencies', () => {
  it('are installed by npm ci once, and again when package-lock.json is another', () => {
    npm(`mkdir -p ${clone}/node_modules`);
    expect(install()).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Installing.*\nInstalled.* s\.\n$/) });
    expect(install()).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(calls()).toEqual([expect.stringMatching(/^ci --include=dev/)]);
    lock({ 'node_modules/a': { version: '1.0.1' } });
    expect(install().stdout).toContain('Installing');
    expect(calls()).toHaveLength(2);
  });

  it('are left alone if somebody has installed just these by hand', () => {
    npm('exit 1');
    lock({
      'node_modules/a': { version: '1.0.0' },
      'node_modules/elsewhere': { version: '2.0.0', optional: true, os: ['plan9'] },
    });
    installedByHand({ 'node_modules/a': { version: '1.0.0' } });
    expect(install()).toMatchObject({ status: 0, stdout: '' });
    installedByHand({ 'node_modules/a': { version: '0.9.0' } });
    expect(install().status).toBe(1);
  });

  it('are installed if they were for another kind of machine', () => {
    npm('exit 1');
    const here = { version: '2.0.0', optional: true, os: [process.platform], cpu: [process.arch] };
    lock({ 'node_modules/native': here });
    installedByHand({});
    expect(install().status).toBe(1);
    expect(calls()).toHaveLength(1);
  });

  it('that npm cannot install are reported in one line', () => {
    npm('echo "npm error code E404" >&2; echo "npm error 404 Not Found - a@1.0.0" >&2; exit 1');
    expect(install()).toMatchObject({
      status: 1,
      stderr: 'durable-sms: npm ci failed: 404 Not Found - a@1.0.0 (run "npm ci" to see it all)\n',
    });
  });

  it('are not even tried with a Node.js that is too old', () => {
    packageJson('>=99.1');
    expect(install()).toMatchObject({
      status: 1,
      stdout: '',
      stderr: `durable-sms: Node.js 99.1 or newer is needed, this is ${process.versions.node}\n`,
    });
  });
});

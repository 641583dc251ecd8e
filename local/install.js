/**
 * Puts the dependencies in place for `npm start` and `npm test`. Plain Node without any dependency,
 * since it runs in a fresh clone.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stampFile = join(root, 'node_modules/.installed-for');

/** Runs `npm ci` unless node_modules is what package-lock.json asks for. Ends the process with one line if it cannot. */
export function installDependencies() {
  const tooOld = nodeTooOld();
  if (tooOld) fail(tooOld);
  if (isInstalled()) return;

  process.stdout.write('Installing the dependencies with npm ci (about half a minute, once) …\n');
  const started = Date.now();
  const npm = spawnSync(...npmCommand('ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'), {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (npm.error) fail(`npm could not be started (${npm.error.message}): it comes with Node.js, see https://nodejs.org`);
  if (npm.signal) fail(`npm ci was ended by ${npm.signal}`);
  if (npm.status !== 0) fail(`npm ci failed: ${firstError(npm.stderr || npm.stdout)} (run "npm ci" to see it all)`);
  writeFileSync(stampFile, stamp());
  process.stdout.write(`Installed the dependencies in ${Math.round((Date.now() - started) / 1000)} s.\n`);
}

function nodeTooOld() {
  const wanted = readJson('package.json').engines.node.replace('>=', '');
  const [major, minor] = wanted.split('.').map(Number);
  const [hasMajor, hasMinor] = process.versions.node.split('.').map(Number);
  if (hasMajor > major || (hasMajor === major && hasMinor >= minor)) return undefined;
  return `Node.js ${wanted} or newer is needed, this is ${process.versions.node}`;
}

/** Installed by us for this package-lock.json on this kind of machine, or by hand to the same end. */
function isInstalled() {
  return (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp()) || npmHasInstalled();
}

function stamp() {
  const lock = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  return `${process.platform} ${process.arch} ${lock.digest('hex')}\n`;
}

/** npm writes node_modules/.package-lock.json when an install is complete: it tells what is really there. */
function npmHasInstalled() {
  if (!existsSync(join(root, 'node_modules/.package-lock.json'))) return false;
  const found = readJson('node_modules/.package-lock.json').packages;
  return Object.entries(readJson('package-lock.json').packages).every(([path, wanted]) => {
    if (path === '' || wanted.extraneous) return true;
    const installed = found[path];
    return installed ? installed.version === wanted.version : wanted.optional && !isForHere(wanted);
  });
}

/** Native packages of a libc are left out: which one is here is npm's to know. */
function isForHere({ os, cpu, libc }) {
  return Boolean(os?.includes(process.platform) && cpu?.includes(process.arch) && !libc);
}

/** The npm that runs us, or else the one on PATH. */
function npmCommand(...args) {
  const npm = process.env.npm_execpath;
  return npm?.endsWith('.js') ? [process.execPath, [npm, ...args]] : ['npm', args];
}

function firstError(output) {
  const lines = output.split('\n').map((line) => line.replace(/^npm (error|ERR!)\s*/, '').trim());
  return lines.filter((line) => line !== '' && !/^(code|errno|syscall|path)\b/.test(line))[0] ?? 'no message';
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

function fail(message) {
  process.stderr.write(`durable-sms: ${message}\n`);
  process.exit(1);
}

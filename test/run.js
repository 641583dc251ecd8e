/**
 * `npm test`: installs what is missing, then lint, types and all tests. All steps run, so that one go shows everything.
 * Arguments go to vitest: `npm test -- test/db`. Ends with the counts alone on the last line; a failed step counts as
 * one failure. Plain Node up to the point where the dependencies are there.
 *
 * A few failed files are run once more, alone: they wait for real servers and a browser, which a busy machine may hold
 * up. What passes then is counted and named as flaky, to be looked into. A breach that the chaos run finds stays one.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installDependencies } from '../local/install.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
/** How long the tests have to take down their servers after Ctrl-C. */
const STOPS_WITHIN_MS = 45_000;
/** So many failed files are worth another look; more are no accident. */
const FEW = 3;
const NEVER_AGAIN = /chaos/;

const running = new Set();
let interrupted;
for (const [number, signal] of [
  [2, 'SIGINT'],
  [15, 'SIGTERM'],
  [1, 'SIGHUP'],
]) {
  process.on(signal, () => {
    if (interrupted) return;
    interrupted = 128 + number;
    for (const child of running) signalGroup(child, 'SIGTERM');
    setTimeout(() => {
      for (const child of running) signalGroup(child, 'SIGKILL');
    }, STOPS_WITHIN_MS).unref();
  });
}

installDependencies();
const folder = mkdtempSync(join(tmpdir(), 'durable-sms-run-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const started = Date.now();
const [lint, types] = await Promise.all([
  step('Lint', ['npm', 'run', '--silent', 'lint']),
  step('Types', ['npm', 'run', '--silent', 'typecheck']),
]);
const tests = await againAlone(await vitest(process.argv.slice(2)));

const steps = [
  ['lint', lint],
  ['types', types],
];
const failedSteps = steps.filter(([, passed]) => !passed).map(([name]) => name);
say(`\nLint ${word(lint)}, types ${word(types)}; ${tests.files} test files, ${seconds(started)} s after the installs.`);
if (failedSteps.length > 0) say(`Failed: ${failedSteps.join(', ')}.`);
const failed = tests.failed + failedSteps.length;
for (const name of tests.flaky) say(`Flaky, passed only when run again alone: ${name}`);
say(
  [
    `${tests.passed} passed`,
    `${failed} failed`,
    ...some(tests.skipped, 'skipped'),
    ...some(tests.flaky.length, 'flaky'),
  ].join(', '),
);
process.exit(failed > 0 ? 1 : 0);

async function againAlone(first) {
  const again = first.failedFiles;
  if (again.length === 0 || again.length > FEW || again.some((file) => NEVER_AGAIN.test(file))) return first;
  say(`\nOnce more, alone: ${again.join(', ')}`);
  const second = await vitest(['--no-file-parallelism', ...again]);
  if (second.failed > 0) return { ...first, failed: second.failed };
  return { ...first, passed: first.passed + first.failed, failed: 0, flaky: first.failures };
}

/** A run that found no test has failed, and so has one that ended badly for a reason outside the tests. */
async function vitest(args) {
  const file = join(folder, `results-${Date.now()}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const passed = await step('Tests', [
    process.execPath,
    'node_modules/vitest/vitest.mjs',
    'run',
    ...reporters,
    ...args,
  ]);
  if (!existsSync(file))
    return { passed: 0, failed: 1, skipped: 0, files: 0, failedFiles: [], failures: [], flaky: [] };
  const results = JSON.parse(readFileSync(file, 'utf8'));
  const failedFiles = results.testResults.filter(({ status }) => status === 'failed');
  const failures = failedFiles.flatMap(({ name, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    const place = relative(root, name);
    return failed.length > 0 ? failed.map(({ fullName }) => `${place}: ${fullName}`) : [place];
  });
  const ranNone = results.numPassedTests + failures.length === 0;
  const unexplained = failures.length === 0 && (!passed || ranNone);
  return {
    passed: results.numPassedTests,
    failed: unexplained ? 1 : failures.length,
    skipped: results.numPendingTests + results.numTodoTests,
    files: results.testResults.length,
    failedFiles: failedFiles.map(({ name }) => relative(root, name)),
    failures,
    flaky: [],
  };
}

/** In a process group of its own: Ctrl-C reaches us alone, and we pass it on once. */
async function step(name, [command, ...args]) {
  if (interrupted) process.exit(interrupted);
  say(`\n${name} …`);
  const begun = Date.now();
  const child = spawn(command, args, { cwd: root, detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
  running.add(child);
  const code = await new Promise((resolve) => child.on('exit', resolve).on('error', resolve));
  signalGroup(child, 'SIGKILL');
  running.delete(child);
  if (interrupted) process.exit(interrupted);
  say(`${name}: ${word(code === 0)} (${seconds(begun)} s)`);
  return code === 0;
}

function signalGroup(child, signal) {
  try {
    if (child.pid) process.kill(-child.pid, signal);
  } catch {
    // All of it has ended.
  }
}

function some(count, what) {
  return count > 0 ? [`${count} ${what}`] : [];
}

function word(passed) {
  return passed ? 'passed' : 'failed';
}

function seconds(since) {
  return Math.round((Date.now() - since) / 1000);
}

function say(text) {
  process.stdout.write(`${text}\n`);
}

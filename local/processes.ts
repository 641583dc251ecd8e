import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf } from './identity.ts';
import { cancelRuns } from './run.ts';
import { guard, release } from './watchdog.ts';

export interface ChildOptions {
  /** Names the log `<name>.log` and the pid file `<name>.pid` in `folder`. */
  name: string;
  folder: string;
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  /** `folder` if not given. */
  cwd?: string;
  user?: { uid: number; gid: number };
  /** Asks it to end in order. */
  stopSignal?: NodeJS.Signals;
  /** After this time it is killed. */
  stopWithinMs?: number;
}

export interface Child {
  name: string;
  pid: number;
  logFile: string;
  /** Resolves when it has ended for whatever reason, to what a person is told: `exit code 1`, `SIGKILL`. */
  ended: Promise<string>;
  hasEnded(): boolean;
  stop(): Promise<void>;
  /** Like a crash: no order, no farewell. */
  killHard(): Promise<void>;
}

const running: Child[] = [];
let stopping = false;

/**
 * Starts a process that does not outlive us: see `stopAll`, and the watchdog for our own sudden end. What it prints goes
 * to its log. It leads a process group of its own, so that Ctrl-C in a terminal reaches only us and the order is ours.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { name, folder, stopSignal = 'SIGTERM', stopWithinMs = 10_000 } = options;
  const logFile = join(folder, `${name}.log`);
  const pidFile = join(folder, `${name}.pid`);
  await endLeftover(pidFile, stopWithinMs);
  if (stopping) throw new Error(`${name} is not started any more`);

  if (existsSync(logFile)) renameSync(logFile, `${logFile}.1`);
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(options.command, options.args, {
    cwd: options.cwd ?? folder,
    env: options.env,
    detached: true,
    stdio: ['ignore', log, log],
    ...options.user,
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${name} has no process id`);
  guard(pid, stopSignal, stopWithinMs);
  writeFileSync(pidFile, JSON.stringify({ pid, identity: identityOf(pid) }), { mode: 0o600 });

  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      release(pid);
      running.splice(running.indexOf(self), 1);
      if (readPidFile(pidFile)?.pid === pid) rmSync(pidFile);
      resolve(signal ?? `exit code ${code}`);
    });
  });
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const self: Child = {
    name,
    pid,
    logFile,
    ended,
    hasEnded,
    stop: async () => {
      if (hasEnded()) return;
      kill(pid, stopSignal);
      const timer = setTimeout(() => kill(-pid, 'SIGKILL'), stopWithinMs);
      await ended;
      clearTimeout(timer);
    },
    killHard: async () => {
      kill(-pid, 'SIGKILL');
      await ended;
    },
  };
  running.push(self);
  if (stopping) await self.stop();
  return self;
}

/** Stops what this process started, the last first. Nothing more can be started. */
export async function stopAll(): Promise<void> {
  stopping = true;
  cancelRuns();
  for (const child of [...running].reverse()) await child.stop();
}

export function killAll(): void {
  cancelRuns();
  for (const child of running) kill(-child.pid, 'SIGKILL');
}

export function logTail(logFile: string, lines = 15): string {
  return existsSync(logFile) ? readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n') : '';
}

/** Waits until the child prints a JSON line with `"ready":true`, and returns that line's object. */
export async function readyLine(child: Child, withinMs: number): Promise<Record<string, unknown>> {
  const deadline = Date.now() + withinMs;
  while (!child.hasEnded() && Date.now() < deadline) {
    const ready = readFileSync(child.logFile, 'utf8').split('\n').map(parseReady).find(Boolean);
    if (ready) return ready;
    await sleep(50);
  }
  throw new Error(await trouble(child, `was not ready within ${withinMs / 1000} s`));
}

/** For a person: what went wrong with the child, and the end of its log. */
export async function trouble(child: Child, otherwise: string): Promise<string> {
  const what = child.hasEnded() ? `has ended (${await child.ended})` : otherwise;
  return `${child.name} ${what}. The end of ${child.logFile}:\n${logTail(child.logFile)}`;
}

function parseReady(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{') || !line.includes('"ready"')) return undefined;
  try {
    const parsed: unknown = JSON.parse(line);
    return isRecord(parsed) && parsed.ready === true ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Ends what an earlier start left running in these folders, before its ports are asked for. */
export async function endLeftovers(folders: string[], withinMs = 30_000): Promise<void> {
  const files = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => {
      const names = readdirSync(folder).filter((name) => name.endsWith('.pid'));
      return names.map((name) => join(folder, name));
    });
  await Promise.all(files.map((file) => endLeftover(file, withinMs)));
}

/**
 * What a start before this one left running, because even its watchdog was killed. Only a process that started when the
 * pid file says, with that command line, is ended.
 */
async function endLeftover(pidFile: string, withinMs: number): Promise<boolean> {
  const left = readPidFile(pidFile);
  if (!left || identityOf(left.pid) !== left.identity) return false;
  await end(left.pid, () => identityOf(left.pid) === left.identity, withinMs);
  return true;
}

/** SIGINT, for a Postgres server a fast shutdown; SIGKILL after the time limit. */
export async function end(pid: number, isStillThere: () => boolean, withinMs: number): Promise<void> {
  kill(pid, 'SIGINT');
  const deadline = Date.now() + withinMs;
  while (isStillThere() && Date.now() < deadline) await sleep(20);
  if (isStillThere()) kill(pid, 'SIGKILL');
  while (isStillThere()) await sleep(20);
}

function readPidFile(pidFile: string): { pid: number; identity: string } | undefined {
  try {
    const parsed: unknown = JSON.parse(readFileSync(pidFile, 'utf8'));
    if (!isRecord(parsed) || typeof parsed.pid !== 'number' || typeof parsed.identity !== 'string') return undefined;
    return { pid: parsed.pid, identity: parsed.identity };
  } catch {
    return undefined;
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

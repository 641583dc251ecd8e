/** One part that is killed, frozen, stopped and started again, and keeps the logs of all its starts. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Child } from '../../local/processes.ts';
import type { PartName } from './model.ts';

export interface Part {
  child(): Child | undefined;
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Kills it, and whoever waits for its start hears of it. */
  abandon(): Promise<void>;
  log(): string;
  /** Of all starts, in order; together they may be too long for one string. */
  logFiles(): string[];
}

export interface PartOptions {
  name: PartName;
  /** Resolves when it is ready. */
  begin: () => Promise<Child>;
  /** Shows others the way to it. */
  lead?: () => Promise<void>;
  /** Where `<name>.log` is. */
  logFolder: string;
  /** It has ended by itself. */
  onFall: (how: string) => void;
}

/** For a part that was ready once: a program that finds its servers away and ends is tried again, as anyone would. */
const STARTS_WITHIN_MS = 120_000;
const PAUSE_MS = 300;

/** One thing at a time is done to it: a kill waits for the start under way. */
export function createPart({ name, begin, lead, logFolder, onFall }: PartOptions): Part {
  const logFile = join(logFolder, `${name}.log`);
  const oldLogs = logsOfStarts(logFolder, name);
  let child: Child | undefined;
  let wasReady = false;
  let abandoned = false;
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };

  /** startChild keeps the log before this one only. */
  function keepLog(): void {
    if (!existsSync(logFile)) return;
    const kept = join(logFolder, `${name}${START}${oldLogs.length + 1}.log`);
    renameSync(logFile, kept);
    oldLogs.push(kept);
  }

  const logFiles = () => [...oldLogs, logFile].filter(existsSync);

  async function start(): Promise<void> {
    if (child) throw new Error(`${name} runs already`);
    const deadline = Date.now() + STARTS_WITHIN_MS;
    for (;;) {
      if (abandoned) throw new Error(`${name} is not started any more`);
      keepLog();
      try {
        const begun = await begin();
        child = begun;
        void begun.ended.then((how) => {
          if (child === begun) onFall(`${name}: ${how}`);
          if (child === begun) child = undefined;
        });
        await lead?.();
        wasReady = true;
        return;
      } catch (error) {
        if (child || !wasReady || Date.now() > deadline) throw error;
        await sleep(PAUSE_MS);
      }
    }
  }

  async function end(by: (running: Child) => Promise<void>): Promise<void> {
    const running = child;
    child = undefined;
    if (running) await by(running);
  }

  async function killHard(running: Child): Promise<void> {
    const children = childrenOf(running.pid);
    await running.killHard();
    for (const pid of children) signal(pid, 'SIGKILL');
  }

  return {
    child: () => child,
    kill: () => inTurn(() => end(killHard)),
    freeze() {
      if (name === 'postgres') throw new Error('the processes of Postgres lead groups of their own');
      signal(child && -child.pid, 'SIGSTOP');
    },
    thaw: () => signal(child && -child.pid, 'SIGCONT'),
    stop: () => inTurn(() => end((running) => running.stop())),
    start: () => inTurn(start),
    async abandon() {
      abandoned = true;
      await end(killHard);
      await inTurn(() => end(killHard));
    },
    log: () =>
      logFiles()
        .map((file) => readFileSync(file, 'utf8'))
        .join(''),
    logFiles,
  };
}

const START = '.start-';

/** Of a former run in the same folder, in order. */
function logsOfStarts(folder: string, name: PartName): string[] {
  if (!existsSync(folder)) return [];
  const count = readdirSync(folder).filter((file) => file.startsWith(`${name}${START}`)).length;
  return Array.from({ length: count }, (_, i) => join(folder, `${name}${START}${i + 1}.log`));
}

/** Those of Postgres lead groups of their own, and outlive it for a moment. */
export function childrenOf(pid: number): number[] {
  const pids = process.platform === 'linux' ? readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8') : fromPs(pid);
  return pids.split(/\s+/).filter(Boolean).map(Number);
}

function fromPs(parent: number): string {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).split('\n');
  const pairs = lines.map((line) => line.trim().split(/\s+/));
  return pairs.flatMap(([pid, its]) => (Number(its) === parent ? [pid] : [])).join(' ');
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error; // it has ended already
  }
}

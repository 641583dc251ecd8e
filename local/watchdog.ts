import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Orders to the process that ends what we started, should we be killed (local/watchdog.js). It runs only while there is
 * something to guard.
 */
let watchdog: ChildProcess | undefined;
const guarded = new Set<number | string>();

export function guard(pid: number, signal: NodeJS.Signals, withinMs: number): void {
  guarded.add(pid);
  tell({ guard: pid, signal, withinMs });
}

export function release(pid: number): void {
  guarded.delete(pid);
  tell({ release: pid });
  dismissIfIdle();
}

/** The folder goes if we are killed before `keepFolder`. */
export function removeFolderIfKilled(folder: string): void {
  guarded.add(folder);
  tell({ remove: folder });
}

export function keepFolder(folder: string): void {
  guarded.delete(folder);
  tell({ keep: folder });
  dismissIfIdle();
}

function tell(order: Record<string, unknown>): void {
  watchdog ??= start();
  watchdog.stdin?.write(`${JSON.stringify(order)}\n`);
}

function dismissIfIdle(): void {
  if (guarded.size > 0) return;
  watchdog?.stdin?.end();
  watchdog = undefined;
}

/** In a session of its own, so that Ctrl-C in the terminal does not reach it. */
function start(): ChildProcess {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./watchdog.js', import.meta.url))], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
  });
  child.unref();
  child.on('error', () => undefined);
  child.stdin?.on('error', () => undefined);
  if (child.stdin && 'unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref();
  return child;
}

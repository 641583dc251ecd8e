import { spawn } from 'node:child_process';

export interface RunOptions {
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  user?: { uid: number; gid: number };
  timeoutMs: number;
}

const runs = new Set<() => void>();

/** Runs a command to its end and returns what it printed. Its error is one line: the last that it printed. */
export function run(command: string, args: string[], options: RunOptions): Promise<string> {
  const { env = process.env, cwd, user, timeoutMs } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'], ...user });
    let output = '';
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-64 * 1024);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);

    const cancel = () => killGroup(child.pid);
    runs.add(cancel);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      cancel();
    }, timeoutMs);
    const close = () => {
      clearTimeout(timer);
      runs.delete(cancel);
    };
    child.once('error', (error: NodeJS.ErrnoException) => {
      close();
      reject(new Error(error.code === 'ENOENT' ? `${command}: not found` : error.message));
    });
    child.once('close', (code, signal) => {
      close();
      if (code === 0) return resolve(output);
      const last = output.trim().split('\n').at(-1);
      reject(new Error(late ? `no end within ${timeoutMs / 1000} s` : last || (signal ?? `exit code ${code}`)));
    });
  });
}

/** Ends, with all that they started, the commands that still run. */
export function cancelRuns(): void {
  for (const cancel of runs) cancel();
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

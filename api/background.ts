/** Work that nobody waits for: bounded, and done on a best effort, since housekeeping repairs what is left undone. */
export interface Background {
  /** @returns false where there is too much to do already, and the job was left out */
  run(job: () => Promise<unknown>): boolean;
  /** Resolves when all is done, or after `ms` with the number of jobs that were left undone. */
  drain(ms: number): Promise<number>;
}

export interface BackgroundOptions {
  concurrency: number;
  /** Most jobs that wait. */
  limit: number;
  onError(err: unknown): void;
}

export function createBackground({ concurrency, limit, onError }: BackgroundOptions): Background {
  let waiting: (() => Promise<unknown>)[] = [];
  let running = 0;
  let idle: (() => void)[] = [];

  async function work(): Promise<void> {
    running++;
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      try {
        await job();
      } catch (err) {
        onError(err);
      }
    }
    running--;
    if (running > 0) return;
    for (const resolve of idle) resolve();
    idle = [];
  }

  return {
    run(job) {
      if (waiting.length >= limit) return false;
      waiting.push(job);
      if (running < concurrency) void work();
      return true;
    },
    async drain(ms) {
      if (running === 0) return 0;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, ms);
      });
      await Promise.race([new Promise<void>((resolve) => idle.push(resolve)), late]);
      clearTimeout(timer);
      const left = waiting.length + running;
      waiting = [];
      return left;
    },
  };
}

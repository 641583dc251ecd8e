/** Says how far a run is, again and again, and keeps it for the summary and for a file. */
import { appendFileSync } from 'node:fs';
import { lineOf, type Sample } from './sample.ts';

export interface Progress {
  readonly samples: readonly Sample[];
  /** Now, out of turn. */
  look(): Promise<void>;
  end(): Promise<void>;
}

export interface ProgressOptions {
  everyMs: number;
  /** Each sample is added to it as a line of JSON. */
  logFile: string | undefined;
  take(): Promise<Sample>;
  say(line: string): void;
  onError(error: unknown): void;
}

const LONG_S = 300;

/** Of a long run once a minute, of a short one every ten seconds. */
export const sampleEveryMs = (seconds: number): number => (seconds > LONG_S ? 60_000 : 10_000);

export function startProgress({ everyMs, logFile, take, say, onError }: ProgressOptions): Progress {
  const samples: Sample[] = [];
  let last: Promise<void> = Promise.resolve();

  async function note(): Promise<void> {
    const sample = await take();
    samples.push(sample);
    say(lineOf(sample));
    if (logFile !== undefined) appendFileSync(logFile, `${JSON.stringify(sample)}\n`);
  }

  /** One after another, so that they are in order. */
  function look(): Promise<void> {
    last = last.then(note);
    return last;
  }

  const timer = setInterval(() => void look().catch(onError), everyMs);
  return {
    samples,
    look,
    async end() {
      clearInterval(timer);
      await last;
    },
  };
}

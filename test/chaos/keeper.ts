/** Starts again what has ended by itself, as whoever runs the product would have it done. */
import { setTimeout as sleep } from 'node:timers/promises';
import { logTail } from '../../local/processes.ts';
import { moment } from '../../local/simulator/book.ts';
import type { Journal } from './journal.ts';
import type { PartName } from './model.ts';
import type { ChaosParts } from './parts.ts';

export interface Keeper {
  /** Starts a part; it may be up by the time, since the keeper has seen it too. */
  up(name: PartName): Promise<void>;
  end(): Promise<void>;
}

const EVERY_MS = 300;

export function startKeeper(
  parts: ChaosParts,
  journal: Journal,
  say: (text: string) => void,
  onError: (error: unknown) => void,
): Keeper {
  let ending = false;
  let known = 0;

  async function up(name: PartName): Promise<void> {
    try {
      await parts.start(name);
    } catch (error) {
      if (!parts.child(name)) throw error;
    }
  }

  async function run(): Promise<void> {
    while (!ending) {
      const fallen = parts.fallen();
      const news = fallen.slice(known);
      known = fallen.length;
      await Promise.all(news.map(raise));
      await sleep(EVERY_MS);
    }
  }

  /** @param how such as `api: exit code 1` */
  async function raise(how: string): Promise<void> {
    const begun = moment();
    const name = parts.names().find((it) => how.startsWith(`${it}: `));
    if (!name) throw new Error(`nobody knows what has ended: ${how}`);
    const [log = ''] = parts.logFiles(name).slice(-1);
    say(`${how}, by itself. The end of its log:\n${logTail(log)}`);
    await up(name);
    const explains = ['started', 'webhookCalls'];
    journal.add({ kind: 'fault', name: 'fallen', what: `${how}, by itself`, begun, ended: moment(), explains });
  }

  const running = run().catch(onError);
  return {
    up,
    async end() {
      ending = true;
      await running;
    },
  };
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Product } from './system.ts';

const LOOK_EVERY_MS = 20;
const ENDS_WITHIN_MS = 180_000;

/** When a message was delivered, by the clock of Postgres, in milliseconds. */
export interface Finals {
  of(id: string): Promise<number>;
  stop(): void;
}

/** One look at the books for all messages that are under way, at short pauses. Any other end than `delivered` is a failure. */
export function watchFinals({ books }: Product): Finals {
  const waiting = new Map<string, { since: number; resolve: (at: number) => void }>();
  let stopped = false;
  void (async () => {
    for (; !stopped; await sleep(LOOK_EVERY_MS)) {
      const ids = [...waiting.keys()];
      if (ids.length === 0) continue;
      const ended = await books.look(
        (sql) => sql<{ id: string; status: string; finalAt: Date }[]>`
          select id, status, final_at from messages where id = any(${ids}::uuid[]) and final_at is not null`,
      );
      for (const { id, status, finalAt } of ended) {
        if (status !== 'delivered') throw new Error(`message ${id} ended as ${status}`);
        waiting.get(id)?.resolve(finalAt.getTime());
        waiting.delete(id);
      }
      const late = [...waiting].find(([, { since }]) => Date.now() - since > ENDS_WITHIN_MS);
      if (late) throw new Error(`message ${late[0]} has no final status after three minutes`);
    }
  })();
  return {
    of: (id) => new Promise((resolve) => waiting.set(id, { since: Date.now(), resolve })),
    stop: () => {
      stopped = true;
    },
  };
}

/** Deliveries learn of their messages' ends by a signal, a little later. */
export async function workflowsEnded({ client }: Product): Promise<void> {
  const running = `WorkflowType = 'deliverSms' AND ExecutionStatus = 'Running'`;
  const deadline = Date.now() + ENDS_WITHIN_MS;
  while ((await client.workflow.count(running)).count > 0) {
    if (Date.now() > deadline) throw new Error('workflows of delivered messages do not end');
    await sleep(LOOK_EVERY_MS);
  }
}

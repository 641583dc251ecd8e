/** The whole way of an SMS: POST /v1/messages, workflow, gateway, report to the webhook, final in Postgres. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import type { Db } from '../db/connection.ts';
import { deliveryWorkflowId } from '../sms/names.ts';
import { type Load, type Spread, spread, underLoad } from './load.ts';
import type { Options } from './options.ts';
import { phone } from './phones.ts';
import type { Product } from './system.ts';

export interface DeliverResult extends Load {
  /** Up to the last final status in Postgres; the workflow learns of it by a signal, a little later. */
  messagesPerSecond: number;
  /** The answer to the POST. */
  acceptMs: Spread;
  /** From the POST to the final status in Postgres. */
  endToEndMs: Spread;
}

const LOOK_EVERY_MS = 20;
const ENDS_WITHIN_MS = 60_000;

export async function deliver(product: Product, options: Options): Promise<DeliverResult> {
  const finals = watchFinals(product.db);
  const one = async (index: number) => {
    const postedAt = Date.now();
    const begun = performance.now();
    const id = await post(product, phone('+7999', index));
    const acceptMs = performance.now() - begun;
    return { workflowId: deliveryWorkflowId(id), acceptMs, postedAt, finalAt: await finals.of(id) };
  };
  const { runs, startedAt, ...load } = await underLoad(product, options, one, () => workflowsEnded(product));
  finals.stop();
  const lastFinalAt = runs.reduce((last, { finalAt }) => Math.max(last, finalAt), 0);
  return {
    messagesPerSecond: (options.n * 1000) / (lastFinalAt - startedAt),
    ...load,
    acceptMs: spread(runs.map(({ acceptMs }) => acceptMs)),
    endToEndMs: spread(runs.map(({ finalAt, postedAt }) => finalAt - postedAt)),
  };
}

/** @returns the id of the message */
async function post({ apiUrl, apiKey }: Product, to: string): Promise<string> {
  const { statusCode, body } = await request(`${apiUrl}/v1/messages`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${apiKey}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify({ to, text: 'Your code is 4821', sender: 'demo-infobip' }),
  });
  const text = await body.text();
  if (statusCode !== 202) throw new Error(`POST /v1/messages answered ${statusCode}: ${text}`);
  return JSON.parse(text).id;
}

/** One look at the books for all messages that are under way, at short pauses. */
function watchFinals({ sql }: Db): { of(id: string): Promise<number>; stop(): void } {
  const waiting = new Map<string, { since: number; resolve: (at: number) => void }>();
  let stopped = false;
  void (async () => {
    for (; !stopped; await sleep(LOOK_EVERY_MS)) {
      const ids = [...waiting.keys()];
      if (ids.length === 0) continue;
      const ended = await sql<{ id: string; status: string; finalAt: Date }[]>`
        select id, status, final_at from messages where id = any(${ids}::uuid[]) and final_at is not null`;
      for (const { id, status, finalAt } of ended) {
        if (status !== 'delivered') throw new Error(`message ${id} ended as ${status}`);
        waiting.get(id)?.resolve(finalAt.getTime());
        waiting.delete(id);
      }
      const late = [...waiting].find(([, { since }]) => Date.now() - since > ENDS_WITHIN_MS);
      if (late) throw new Error(`message ${late[0]} has no final status after a minute`);
    }
  })();
  return {
    of: (id) => new Promise((resolve) => waiting.set(id, { since: Date.now(), resolve })),
    stop: () => {
      stopped = true;
    },
  };
}

async function workflowsEnded({ client }: Product): Promise<void> {
  const running = `WorkflowType = 'deliverSms' AND ExecutionStatus = 'Running'`;
  const deadline = Date.now() + ENDS_WITHIN_MS;
  while ((await client.workflow.count(running)).count > 0) {
    if (Date.now() > deadline) throw new Error('workflows of delivered messages do not end');
    await sleep(LOOK_EVERY_MS);
  }
}

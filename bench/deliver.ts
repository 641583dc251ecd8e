/** The whole way of an SMS: POST /v1/messages, workflow, gateway, report to the webhook, final in Postgres. */
import { deliveryWorkflowId } from '../sms/names.ts';
import { watchFinals, workflowsEnded } from './finals.ts';
import { type Load, type Measured, underLoad } from './load.ts';
import { phone } from './phones.ts';
import { post } from './post.ts';
import { type Spread, spread } from './spread.ts';
import type { Product } from './system.ts';

export interface DeliverResult extends Measured {
  /** Up to the end of the last workflow. It learns of the final status by a signal, a little later. */
  workflowsPerSecond: number;
  /** The answer to the POST. */
  acceptMs: Spread;
}

export interface Way {
  sender: string;
  /** The phone of a message. */
  to(index: number): string;
  /** Resolves when Temporal has nothing more to do for them. */
  drained(product: Product): Promise<void>;
}

const DEMO: Way = { sender: 'demo-infobip', to: (index) => phone('+7999', index), drained: workflowsEnded };

/** A message that ends as anything but delivered fails the run. */
export async function deliver(product: Product, load: Load, way: Partial<Way> = {}): Promise<DeliverResult> {
  const { sender, to, drained } = { ...DEMO, ...way };
  const finals = watchFinals(product);
  const one = async (index: number) => {
    const postedAt = Date.now();
    const begun = performance.now();
    const id = await post(product, { to: to(index), sender });
    const acceptMs = performance.now() - begun;
    return { workflowId: deliveryWorkflowId(id), acceptMs, postedAt, finalAt: await finals.of(id) };
  };
  const { runs, startedAt, workflowsPerSecond, measured } = await underLoad(product, load, one, () => drained(product));
  finals.stop();
  const lastFinalAt = runs.reduce((last, { finalAt }) => Math.max(last, finalAt), 0);
  return {
    perSecond: (load.n * 1000) / (lastFinalAt - startedAt),
    ms: spread(runs.map(({ finalAt, postedAt }) => finalAt - postedAt)),
    ...measured,
    workflowsPerSecond,
    acceptMs: spread(runs.map(({ acceptMs }) => acceptMs)),
  };
}

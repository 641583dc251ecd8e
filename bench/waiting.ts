/** What very many messages that wait on one sender do to others, and to an otp on that sender. */
import { setTimeout as sleep } from 'node:timers/promises';
import { pauseSender, resumeSender } from '../db/sender-changes.ts';
import type { Sender } from '../db/senders.ts';
import { fillQueue } from './backlog.ts';
import { control } from './control.ts';
import { deliver } from './deliver.ts';
import type { Load, Measured } from './load.ts';
import { phone } from './phones.ts';
import { post, postBatch } from './post.ts';
import { addSender } from './senders.ts';
import { type Spread, spread } from './spread.ts';
import type { Product } from './system.ts';

export interface WaitingResult {
  /** How many waited. */
  waiting: number;
  /** Others, while the limited sender has just enough to be at its limit. */
  without: Measured;
  /** Others, while that many wait for it. */
  with: Measured;
  /** From the POST of an otp on the limited sender to its submit. */
  otpMs: Spread;
  otps: number;
}

const SENDER = 'bench-limited';
/** Submits per second. */
const LIMIT = 10;
/** Enough to keep the sender at its limit. */
const IN_QUEUE = 5 * LIMIT;
const FEED_EVERY_MS = 1_000;
const MOST_OTPS = 200;
const OTP_EVERY_MS = 500;
const OTP_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 100;

/** The sender is as busy in both, so that only the number that waits makes the difference. */
export async function waiting(product: Product, load: Load, count: number): Promise<WaitingResult> {
  await product.books.idleStatements();
  const sender = await addSender(product, {
    name: SENDER,
    gateway: 'playmobile',
    settings: { url: `${product.simulatorUrl}/playmobile`, login: SENDER, password: 'demo-password' },
    login: SENDER,
    callerId: '3700',
    columns: { rateLimit: LIMIT },
  });
  const stopFeeding = feed(product, sender);
  try {
    const others = async (): Promise<Measured> => {
      const { workflowsPerSecond: _, ...measured } = await deliver(product, load, { drained: async () => {} });
      return measured;
    };
    const without = await others();
    // Paused meanwhile: else the machine would send while it starts deliveries, and take hours on two cores.
    await pauseSender(product.books.db, sender.id, 'the benchmark');
    await fillQueue(product, sender, count, (index) => phone('+99890', index));
    await resumeSender(product.books.db, sender.id);
    const otps = Math.min(MOST_OTPS, load.n);
    return { waiting: count, without, with: await others(), otpMs: await otpTimes(product, sender, otps), otps };
  } finally {
    stopFeeding();
  }
}

/** Puts a new message into its queue for each that has left it. */
function feed(product: Product, sender: Sender): () => void {
  let [fed, stopped] = [0, false];
  void (async () => {
    for (; !stopped; await sleep(FEED_EVERY_MS)) {
      const missing = IN_QUEUE + (await submittedOf(product, sender)) - fed;
      const messages = Array.from({ length: missing }, (_, index) => ({
        to: phone('+99890', index),
        sender: sender.name,
      }));
      if (missing > 0) await postBatch(product, messages);
      fed += missing;
    }
  })();
  return () => {
    stopped = true;
  };
}

async function submittedOf({ books }: Product, { id }: Sender): Promise<number> {
  const [row] = await books.look(
    (sql) => sql`SELECT count(*)::int AS n FROM messages WHERE sender_id = ${id} AND submitted_at IS NOT NULL`,
  );
  return Number(row?.n);
}

async function otpTimes(product: Product, sender: Sender, count: number): Promise<Spread> {
  const times: Promise<number>[] = [];
  for (let index = 0; index < count; index++) {
    times.push(otpTime(product, sender, phone('+99891', index)));
    await sleep(OTP_EVERY_MS);
  }
  return spread(await Promise.all(times));
}

async function otpTime(product: Product, { name }: Sender, to: string): Promise<number> {
  const postedAt = Date.now();
  await post(product, { to, sender: name, priority: 'otp' });
  for (const deadline = postedAt + OTP_WITHIN_MS; Date.now() < deadline; await sleep(LOOK_EVERY_MS)) {
    const path = `handsets?phone=${encodeURIComponent(to)}`;
    const { handsets } = await control<{ handsets: { sms: { acceptedAt: number }[] }[] }>(product, path);
    const [sms] = handsets.flatMap((handset) => handset.sms);
    if (sms) return sms.acceptedAt - postedAt;
  }
  throw new Error('an otp was not submitted within a minute');
}

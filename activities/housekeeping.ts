/** What mends the traces of a crash. Each repair is the same idempotent step as in the direct path. */

import { leftHooks } from '../db/hooks.ts';
import { type DueDelivery, dueDeliveries, dueProbes, wakeSoon } from '../db/housekeeping.ts';
import { rollUp } from '../db/metrics.ts';
import { ensurePartitions } from '../db/partitions.ts';
import { retain } from '../db/retention.ts';
import { type HookTools, workThroughHook } from '../hooks/effects.ts';
import type { Deliveries } from '../runtime/deliveries.ts';
import type { InboundWorkflows } from '../runtime/inbound.ts';
import { kindOf } from '../runtime/log.ts';
import type { HousekeepingActivities } from '../workflows/contract.ts';
import type { ActivityContext } from './context.ts';
import { startPulls } from './inbound.ts';

/** Looked at in one round; a longer backlog takes several. */
const DUE_AT_ONCE = 500;
const STARTS_AT_ONCE = 16;
const HOOKS_AT_ONCE = 200;
/**
 * The API works through a call, and closes it, within three seconds; after this it is taken for left. In a flood some are only waiting:
 * they are worked through twice, to the same end.
 */
const HOOK_LEFT_S = 5;
const DAY_MS = 24 * 3600 * 1000;
/** What counting for the metrics may take of a round, and what retention may; the rest is done in the next. */
const ROLL_UP_MS = 5_000;
const RETAIN_MS = 15_000;

export type HousekeepingContext = ActivityContext & HookTools & { deliveries: Deliveries; inbound: InboundWorkflows };

export function createHousekeepingActivities(context: HousekeepingContext): HousekeepingActivities {
  let lastDaily = 0;
  const pullsStartedAt = new Map<string, number>();
  return {
    async keepHouse() {
      await startPulls(context, pullsStartedAt);
      const repairs: Record<string, number> = {
        ...(await startAgain(context)),
        ...(await workThroughLeftHooks(context)),
      };
      await rollUp(context.db, ROLL_UP_MS);
      if (Date.now() - lastDaily > DAY_MS && (await doDaily(context))) lastDaily = Date.now();
      // A long backlog, as after the loss of Temporal's store, does not wait for the rounds.
      const more = repairs.started === DUE_AT_ONCE || repairs.webhookCalls === HOOKS_AT_ONCE;
      const pauseMs = more ? 0 : context.settings.HOUSEKEEPING_EVERY_S * 1000;
      return { repairs, probes: await dueProbes(context.db), pauseMs };
    },
  };
}

/** Starts deliveries that were accepted and never started, or whose workflow is gone; a running one is left alone. */
async function startAgain({ db, deliveries, log }: HousekeepingContext): Promise<Record<string, number>> {
  const due = await dueDeliveries(db, DUE_AT_ONCE);
  const failed: string[] = [];
  let started = 0;
  const queue = [...due];
  const start = async (delivery: DueDelivery) => {
    try {
      if ((await deliveries.start({ ...delivery, delayMs: 0 }, { again: true })) === 'started') started++;
    } catch {
      failed.push(delivery.messageId);
    }
  };
  await Promise.all(
    Array.from({ length: STARTS_AT_ONCE }, async () => {
      for (let next = queue.pop(); next; next = queue.pop()) await start(next);
    }),
  );
  if (failed.length > 0) {
    log.warn({ failed: failed.length }, 'deliveries could not be started again yet');
    await wakeSoon(db, failed);
  }
  return started > 0 ? { started } : {};
}

/** Webhook calls that were stored and answered, whose process then died or could not reach Temporal. */
async function workThroughLeftHooks(context: HousekeepingContext): Promise<Record<string, number>> {
  const left = await leftHooks(context.db, HOOK_LEFT_S, HOOKS_AT_ONCE);
  let worked = 0;
  for (const hook of left) {
    try {
      await workThroughHook(context, hook);
      worked++;
    } catch (err) {
      context.log.warn({ hook: hook.id, kind: kindOf(err) }, 'a webhook call is still left');
    }
  }
  return worked > 0 ? { webhookCalls: worked } : {};
}

/** @returns false where there is more to do in the next round */
async function doDaily({ db, settings, log }: ActivityContext): Promise<boolean> {
  const { made, strays } = await ensurePartitions(db.sql, new Date());
  if (made.length > 0) log.info({ made }, 'partitions were made for the coming months');
  if (strays > 0) log.error({ strays }, 'messages lie outside of all monthly partitions');
  const limits = {
    textDays: settings.RETENTION_TEXT_DAYS,
    hookDays: settings.RETENTION_HOOK_DAYS,
    messageDays: settings.RETENTION_MESSAGE_DAYS,
  };
  const { counts, openMonths, done } = await retain(db, limits, new Date(), RETAIN_MS);
  if (Object.keys(counts).length > 0) log.info({ removed: counts }, 'what has been kept for long enough was removed');
  if (done && openMonths.length > 0) log.warn({ openMonths }, 'months are kept: messages in them have come to no end');
  return done;
}

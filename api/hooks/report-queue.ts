/**
 * Delivery reports of calls that have been stored and answered, in order for each gateway account. They take effect in
 * the books at once, and their workflows are told behind that: neither a flood of reports nor a Temporal that is slow
 * keeps them from the books. What comes close together is taken together, so that it costs few statements.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { isPostgresAway } from '../../db/away.ts';
import { closeHooks } from '../../db/hooks.ts';
import {
  bookReports,
  type HookTools,
  type ReportAccount,
  type ReportCall,
  tellOfReports,
  type Untold,
} from '../../hooks/effects.ts';
import type { Logger } from '../../runtime/log.ts';
import { describeError } from '../errors.ts';
import { quietWarning } from '../quiet.ts';

export interface ReportQueue {
  /** @returns false where too many are waiting: the call stays stored, and housekeeping works through it */
  add(account: ReportAccount, call: ReportCall): boolean;
  /** @returns how many calls were left to housekeeping */
  drain(ms: number): Promise<number>;
}

/** Of reports that wait for the books, and again of those that no workflow was told of. */
const MOST_WAITING = 50_000;
const CALLS_AT_ONCE = 100;
/** From the beginning of a round of an account to that of its next. The first report after a pause does not wait. */
const ROUND_MS = 100;
/** How long calls stay open after their workflows were told. Of a process that dies then, they are worked through again. */
const CLOSE_EVERY_MS = 2_000;

/** The reports of one gateway account on their way: `calls` to the books, `untold` from there to the workflows. */
interface Lane {
  account: ReportAccount;
  calls: ReportCall[];
  booking: boolean;
  untold: Untold[];
  telling: boolean;
}

export function createReportQueue(tools: HookTools, log: Logger): ReportQueue {
  const lanes = new Map<string, Lane>();
  const warnOfBooks = quietWarning(log, 'reports did not take effect yet; housekeeping will see to them');
  const warnOfTelling = quietWarning(log, 'workflows were not told of their reports; housekeeping will see to it');
  const waiting = { forBooks: 0, untold: 0 };
  const told: string[] = [];
  let closing: NodeJS.Timeout | undefined;
  let idle: (() => void)[] = [];

  /** Begins what there is to do and is not being done. */
  function keepOn(lane: Lane): void {
    if (!lane.booking && lane.calls.length > 0) {
      lane.booking = true;
      void round(lane).then(() => {
        lane.booking = false;
        keepOn(lane);
      });
    }
    if (!lane.telling && lane.untold.length > 0) {
      lane.telling = true;
      void tell(upTo(CALLS_AT_ONCE, lane.untold)).then(() => {
        lane.telling = false;
        keepOn(lane);
      });
    }
    if (lane.booking || lane.telling) return;
    lanes.delete(lane.account.id);
    if (lanes.size > 0) return;
    for (const resolve of idle) resolve();
    idle = [];
  }

  async function round(lane: Lane): Promise<void> {
    const next = sleep(ROUND_MS);
    await book(lane, lane.calls.splice(0, CALLS_AT_ONCE));
    keepOn(lane);
    await next;
  }

  async function book(lane: Lane, calls: ReportCall[], again = false): Promise<void> {
    try {
      const untold = await bookReports(tools, lane.account, calls, { again });
      waiting.untold += reportsIn(calls);
      lane.untold.push(untold);
    } catch (err) {
      warnOfBooks({ err: describeError(err), calls: calls.length });
      // One call that Postgres does not take must not hold up those that came with it.
      if (calls.length > 1 && isRefused(err)) {
        for (const call of calls) await book(lane, [call], true);
        return;
      }
    }
    waiting.forBooks -= reportsIn(calls);
  }

  async function tell(untold: Untold[]): Promise<void> {
    const calls = untold.flatMap((part) => part.calls);
    try {
      if (waiting.untold > MOST_WAITING) throw new Error('too many are waiting');
      await tellOfReports(tools, untold);
      told.push(...calls.map(({ hookId }) => hookId));
      closing ??= setTimeout(close, CLOSE_EVERY_MS);
    } catch (err) {
      warnOfTelling({ err: describeError(err), calls: calls.length });
    }
    waiting.untold -= reportsIn(calls);
  }

  async function close(): Promise<void> {
    clearTimeout(closing);
    closing = undefined;
    const ids = told.splice(0);
    if (ids.length === 0) return;
    try {
      await closeHooks(tools.db, ids, 'done');
    } catch (err) {
      warnOfTelling({ err: describeError(err), calls: ids.length });
    }
  }

  return {
    add(account, call) {
      if (waiting.forBooks >= MOST_WAITING) return false;
      waiting.forBooks += call.reports.length;
      const lane = lanes.get(account.id) ?? { account, calls: [], booking: false, untold: [], telling: false };
      lanes.set(account.id, lane);
      lane.calls.push(call);
      keepOn(lane);
      return true;
    },

    async drain(ms) {
      let left = 0;
      if (lanes.size > 0) {
        let timer: NodeJS.Timeout | undefined;
        const late = new Promise<void>((resolve) => {
          timer = setTimeout(resolve, ms);
        });
        await Promise.race([new Promise<void>((resolve) => idle.push(resolve)), late]);
        clearTimeout(timer);
        for (const { calls, untold } of lanes.values()) {
          left += calls.splice(0).length + untold.splice(0).flatMap((part) => part.calls).length;
        }
      }
      await close();
      return left;
    },
  };
}

/** Takes parts from the front, for as long as they have no more than so many calls; one at the least. */
function upTo(most: number, parts: Untold[]): Untold[] {
  let [count, calls] = [0, 0];
  for (const part of parts) {
    calls += part.calls.length;
    if (count > 0 && calls > most) break;
    count++;
  }
  return parts.splice(0, count);
}

function reportsIn(calls: readonly ReportCall[]): number {
  return calls.reduce((sum, { reports }) => sum + reports.length, 0);
}

/** By Postgres, for what it was given. */
function isRefused(err: unknown): boolean {
  return err instanceof Error && err.name === 'PostgresError' && !isPostgresAway(err);
}

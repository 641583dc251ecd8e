/**
 * Delivery reports of calls that have been stored and answered, in order for each gateway account. They take effect in
 * the books at once, and their workflows are told behind that: a flood of reports, or a Temporal that is slow, keeps none
 * from the books. What comes while a round is under way is taken together in the next one, so that it costs few
 * statements.
 */

import { isPostgresAway } from '../../db/away.ts';
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

/** Reports. */
const MOST_WAITING = 50_000;
const CALLS_AT_ONCE = 100;

/** Of one gateway account, while it has any. */
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
  let waiting = 0;
  let idle: (() => void)[] = [];

  /** Begins what there is to do and is not being done. */
  function keepOn(lane: Lane): void {
    if (!lane.booking && lane.calls.length > 0) {
      lane.booking = true;
      void book(lane, lane.calls.splice(0, CALLS_AT_ONCE)).then(() => {
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

  async function book(lane: Lane, calls: ReportCall[], again = false): Promise<void> {
    try {
      lane.untold.push(await bookReports(tools, lane.account, calls, { again }));
    } catch (err) {
      warnOfBooks({ err: describeError(err), calls: calls.length });
      // One call that Postgres does not take must not hold up those that came with it.
      if (calls.length > 1 && isRefused(err)) for (const call of calls) await book(lane, [call], true);
      else waiting -= reportsIn(calls);
    }
  }

  async function tell(untold: Untold[]): Promise<void> {
    const calls = untold.flatMap((round) => round.calls);
    try {
      await tellOfReports(tools, untold);
    } catch (err) {
      warnOfTelling({ err: describeError(err), calls: calls.length });
    }
    waiting -= reportsIn(calls);
  }

  return {
    add(account, call) {
      if (waiting >= MOST_WAITING) return false;
      waiting += call.reports.length;
      const lane = lanes.get(account.id) ?? { account, calls: [], booking: false, untold: [], telling: false };
      lanes.set(account.id, lane);
      lane.calls.push(call);
      keepOn(lane);
      return true;
    },

    async drain(ms) {
      if (lanes.size === 0) return 0;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, ms);
      });
      await Promise.race([new Promise<void>((resolve) => idle.push(resolve)), late]);
      clearTimeout(timer);
      let left = 0;
      for (const { calls, untold } of lanes.values()) {
        left += calls.splice(0).length + untold.splice(0).flatMap((round) => round.calls).length;
      }
      return left;
    },
  };
}

/** Takes rounds from the front, for as long as they have no more than so many calls; one at the least. */
function upTo(most: number, rounds: Untold[]): Untold[] {
  let [count, calls] = [0, 0];
  for (const round of rounds) {
    calls += round.calls.length;
    if (count > 0 && calls > most) break;
    count++;
  }
  return rounds.splice(0, count);
}

function reportsIn(calls: readonly ReportCall[]): number {
  return calls.reduce((sum, { reports }) => sum + reports.length, 0);
}

/** By Postgres, for what it was given. */
function isRefused(err: unknown): boolean {
  return err instanceof Error && err.name === 'PostgresError' && !isPostgresAway(err);
}

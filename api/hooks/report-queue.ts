/**
 * Delivery reports of calls that have been stored and answered, in order for each gateway account. What comes while a
 * round is under way is taken together in the next one, so that a flood of calls costs few statements.
 */

import { isPostgresAway } from '../../db/away.ts';
import { type HookTools, type ReportAccount, type ReportCall, takeReports } from '../../hooks/effects.ts';
import type { Logger } from '../../runtime/log.ts';
import { describeError } from '../errors.ts';
import { quietWarning } from '../quiet.ts';

export interface ReportQueue {
  /** @returns false where too many are waiting: the call stays stored, and housekeeping works through it */
  add(account: ReportAccount, call: ReportCall): boolean;
  /** @returns how many calls were left to housekeeping */
  drain(ms: number): Promise<number>;
}

const MOST_WAITING = 50_000;
const CALLS_AT_ONCE = 100;

interface Lane {
  account: ReportAccount;
  calls: ReportCall[];
}

export function createReportQueue(tools: HookTools, log: Logger): ReportQueue {
  const lanes = new Map<string, Lane>();
  const rounds = new Set<Promise<void>>();
  const warn = quietWarning(log, 'reports did not take effect yet; housekeeping will see to them');
  let waiting = 0;

  async function work(lane: Lane): Promise<void> {
    while (lane.calls.length > 0) {
      const calls = lane.calls.splice(0, CALLS_AT_ONCE);
      await take(lane.account, calls);
      waiting -= reportsIn(calls);
    }
    lanes.delete(lane.account.id);
  }

  async function take(account: ReportAccount, calls: ReportCall[]): Promise<void> {
    try {
      await takeReports(tools, account, calls);
    } catch (err) {
      warn({ err: describeError(err), calls: calls.length });
      // One call that Postgres does not take must not hold up those that came with it.
      if (calls.length > 1 && isRefused(err)) for (const call of calls) await take(account, [call]);
    }
  }

  return {
    add(account, call) {
      if (waiting >= MOST_WAITING) return false;
      waiting += call.reports.length;
      const lane = lanes.get(account.id);
      if (lane) {
        lane.calls.push(call);
        return true;
      }
      const fresh = { account, calls: [call] };
      lanes.set(account.id, fresh);
      const round: Promise<void> = work(fresh).finally(() => rounds.delete(round));
      rounds.add(round);
      return true;
    },

    async drain(ms) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, ms);
      });
      await Promise.race([Promise.all(rounds), late]);
      clearTimeout(timer);
      let left = 0;
      for (const lane of lanes.values()) left += lane.calls.splice(0).length;
      return left;
    },
  };
}

function reportsIn(calls: readonly ReportCall[]): number {
  return calls.reduce((sum, { reports }) => sum + reports.length, 0);
}

/** By Postgres, for what it was given. */
function isRefused(err: unknown): boolean {
  return err instanceof Error && err.name === 'PostgresError' && !isPostgresAway(err);
}

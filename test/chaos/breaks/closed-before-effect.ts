import { createReportQueue as createRight } from '../../../api/hooks/report-queue.ts';
import { closeHooks } from '../../../db/hooks.ts';

const GATHER_MS = 1_000;

/** The queue has it, so the call is done with. Reports are gathered for a while, to take effect together. */
export const createReportQueue: typeof createRight = (tools, log) => {
  const queue = createRight(tools, log);
  return {
    ...queue,
    add(account, call) {
      closeHooks(tools.db, [call.hookId], 'done').catch((err) => log.warn({ err }, 'a call was not closed'));
      setTimeout(() => queue.add(account, call), GATHER_MS);
      return true;
    },
  };
};

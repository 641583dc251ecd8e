/**
 * A sign of life from whatever activity is to give one, for as long as it runs: Temporal then sees within its heartbeat
 * time-out that the worker has died, and gives the activity to another.
 */
import { activityInfo, heartbeat } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';

export const signsOfLife: ActivityInboundCallsInterceptor = {
  async execute(input, next) {
    const { heartbeatTimeoutMs } = activityInfo();
    if (!heartbeatTimeoutMs) return await next(input);
    const beating = setInterval(() => heartbeat(), heartbeatTimeoutMs / 3);
    try {
      return await next(input);
    } finally {
      clearInterval(beating);
    }
  },
};

import type { createHousekeepingActivities as createRight } from '../../../activities/housekeeping.ts';

export * from '../../../activities/housekeeping.ts';

/** Every step does its own work: what should be left over? */
export const createHousekeepingActivities: typeof createRight = ({ settings }) => ({
  keepHouse: async () => ({ repairs: {}, probes: [], pauseMs: settings.HOUSEKEEPING_EVERY_S * 1000 }),
});

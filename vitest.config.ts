import { defineConfig } from 'vitest/config';

const rooms = ['db', 'temporal', 'workflows', 'api', 'system'].map((room) => `test/${room}/**/*.test.ts`);
/** Measured by the second, or a load of its own: not while other tests have the machine. */
const alone = ['test/system/pace.test.ts', 'test/system/stop-under-load.test.ts'];

const servers = { globalSetup: ['test/setup/servers.ts'], setupFiles: ['test/setup/addresses.ts'] };

export default defineConfig({
  test: {
    pool: 'forks', // the Temporal SDK has a native part
    maxWorkers: 3,
    maxConcurrency: 50, // tests of a whole system wait more than they work
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: rooms } },
      { extends: true, test: { name: 'system', include: rooms, exclude: alone, ...servers } },
      {
        extends: true,
        test: { name: 'alone', include: alone, ...servers, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});

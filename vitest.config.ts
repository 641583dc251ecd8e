import { defineConfig } from 'vitest/config';
import { SystemFirst } from './test/setup/sequencer.ts';

const rooms = ['db', 'temporal', 'workflows', 'api', 'system', 'web'].map((room) => `test/${room}/**/*.test.ts`);
/** Take long: `npm run test:full`. */
const long = [
  'test/bench/temporal-on-postgres.test.ts',
  'test/chaos/checker-tests/soak.test.ts',
  'test/system/graceful-stop.test.ts',
  'test/system/more-histories.test.ts',
  ...[
    ...['accounts', 'compose', 'every-page', 'inbound', 'messages', 'overview', 'sender-changes', 'senders'],
    ...['suppressions', 'unmatched'],
  ].map((page) => `test/web/${page}.test.ts`),
  ...['away', 'walk', 'wrong-input'].map((what) => `test/web/${what}.test.ts`),
];
/** And would slow the others down. */
const longAndAlone = ['test/system/stop-under-load.test.ts', 'test/system/pace.test.ts'];
/** Measured by the second, or a load of its own: not while other tests have the machine. */
const alone = ['test/system/chaos.test.ts', ...(process.env.FULL ? longAndAlone : [])];

const notNow = [...alone, ...longAndAlone, ...(process.env.FULL ? [] : long)];

const servers = { globalSetup: ['test/setup/servers.ts'], setupFiles: ['test/setup/addresses.ts'] };

export default defineConfig({
  test: {
    pool: 'forks', // the Temporal SDK has a native part
    isolate: false, // files share what they import, which takes longer than most of them
    maxWorkers: 3,
    maxConcurrency: 15, // tests of a whole system wait more than they work
    sequence: { sequencer: SystemFirst },
    expect: { poll: { timeout: 15_000 } }, // three files at once on two cores
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: [...rooms, ...notNow] } },
      { extends: true, test: { name: 'system', include: rooms, exclude: notNow, ...servers } },
      {
        extends: true,
        test: { name: 'alone', include: alone, ...servers, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});

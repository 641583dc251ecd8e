import { defineConfig } from 'vitest/config';

const system = ['db', 'temporal', 'workflows', 'api', 'system'].map((room) => `test/${room}/**/*.test.ts`);

export default defineConfig({
  test: {
    pool: 'forks', // the Temporal SDK has a native part
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: system },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: system,
          globalSetup: ['test/setup/servers.ts'],
          setupFiles: ['test/setup/addresses.ts'],
        },
      },
    ],
  },
});

/**
 * What the Temporal server does where the design relies on it, or must work round it. Each name is a finding; a new
 * server or SDK that behaves otherwise shows here first.
 */
import { afterAll, beforeAll, describe, vi } from 'vitest';
import { activityFailures } from './behaviour/activity-failures.ts';
import { queueLimits } from './behaviour/queue-limits.ts';
import { queueOrder } from './behaviour/queue-order.ts';
import { serverAway } from './behaviour/server-away.ts';
import { signalsAndStarts } from './behaviour/signals-and-starts.ts';
import { visibleFacts } from './behaviour/visible-facts.ts';
import { openProbe, type Probe } from './probe.ts';

// Nearly all of the time is waiting for the server.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000, maxConcurrency: 8 });

let opened: Probe | undefined;
const probe = () => {
  if (!opened) throw new Error('no server');
  return opened;
};
beforeAll(async () => {
  opened = await openProbe();
});
afterAll(() => opened?.close());

describe.concurrent('a server that is away', () => serverAway());
describe.concurrent('queue limits', () => queueLimits(probe));
describe.concurrent('queue order', () => queueOrder(probe));
describe.concurrent('activity failures', () => activityFailures(probe));
describe.concurrent('signals and starts', () => signalsAndStarts(probe));
describe.concurrent('visible facts', () => visibleFacts(probe));

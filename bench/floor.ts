/** The bare cost of one workflow with one activity and one signal, on the server that the deliveries run on. */
import { type Load, type Spread, spread, underLoad } from './load.ts';
import type { Options } from './options.ts';
import type { Servers } from './system.ts';

export interface FloorResult extends Load {
  /** From the start to the result. */
  endToEndMs: Spread;
}

/** Its worker stays afterwards, idle: it has no work and costs next to nothing. */
export async function floor(servers: Servers, options: Options): Promise<FloorResult> {
  const taskQueue = 'bench-floor';
  await servers.start('worker-floor', 'bench/floor-worker.ts', { FLOOR_QUEUE: taskQueue });
  const {
    runs,
    startedAt: _,
    ...load
  } = await underLoad(servers, options, async (index) => {
    const begun = performance.now();
    const workflowId = `floor-${index}`;
    const handle = await servers.client.workflow.start('floor', { workflowId, taskQueue });
    await handle.signal('go');
    await handle.result();
    return { workflowId, ms: performance.now() - begun };
  });
  return { ...load, endToEndMs: spread(runs.map(({ ms }) => ms)) };
}

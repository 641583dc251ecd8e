/** The bare cost of one workflow with one activity and one signal, on the server that the deliveries run on. */
import { type Load, type Measured, underLoad } from './load.ts';
import type { ByPart } from './parts.ts';
import { spread } from './spread.ts';
import type { Servers } from './system.ts';

/** Its worker stays afterwards, idle: it has no work and costs next to nothing, and is not the product's worker. */
export async function floor(servers: Servers, load: Load): Promise<Measured> {
  const taskQueue = 'bench-floor';
  await servers.start('floor-worker', 'bench/floor-worker.ts', { FLOOR_QUEUE: taskQueue });
  const { runs, workflowsPerSecond, measured } = await underLoad(servers, load, async (index) => {
    const begun = performance.now();
    const workflowId = `floor-${index}`;
    const handle = await servers.client.workflow.start('floor', { workflowId, taskQueue });
    await handle.signal('go');
    await handle.result();
    return { workflowId, ms: performance.now() - begun };
  });
  return {
    perSecond: workflowsPerSecond,
    ms: spread(runs.map(({ ms }) => ms)),
    ...measured,
    cpuPer1000: withItsWorker(measured.cpuPer1000),
    peakMb: withItsWorker(measured.peakMb),
  };
}

/** Its pid file names it `floor`. */
function withItsWorker({ floor: worker, ...others }: ByPart): ByPart {
  return worker === undefined ? others : { worker, ...others };
}

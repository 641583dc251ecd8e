import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Took } from './soak.ts';

const MOST_MIB = 1_536;
/** Of JavaScript objects: so much must do, whatever is left over until the next garbage collection. */
const HEAP_MIB = 1_000;

/** Without the Node options of the test's own process. */
const { NODE_OPTIONS: _, ...env } = process.env;

/** In a process of its own, so that its memory is that of the checker and its evidence. */
it('checks a soak of 100,000 messages in 1.5 GiB', { timeout: 600_000 }, () => {
  const script = fileURLToPath(new URL('./soak.ts', import.meta.url));
  const args = [`--max-old-space-size=${HEAP_MIB}`, '--import', 'tsx', script, '100000'];
  const took = JSON.parse(execFileSync(process.execPath, args, { env, encoding: 'utf8' })) as Took;
  const { faults, seconds, mostMiB, breaches } = took;
  process.stdout.write(
    `${faults} faults, checked in ${seconds.toFixed(1)} s of the processor, ${mostMiB} MiB at most\n`,
  );
  expect(faults).toBeGreaterThan(7_000);
  expect(breaches).toBe(0);
  expect(mostMiB).toBeLessThan(MOST_MIB);
  expect(seconds).toBeLessThan(30);
});

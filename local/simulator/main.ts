/** Runs the gateway simulator until SIGTERM or SIGINT. Says where on stdout, in one line of JSON. */
import { type SimulatorOptions, startSimulator } from './server.ts';

async function main(): Promise<void> {
  const simulator = await startSimulator(optionsFrom(process.env));
  const stop = () => {
    simulator.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.stdout.write(`${JSON.stringify({ ready: true, url: simulator.url })}\n`);
}

function optionsFrom(env: NodeJS.ProcessEnv): SimulatorOptions {
  return {
    host: env.SIMULATOR_HOST || undefined,
    port: numberFrom(env, 'SIMULATOR_PORT'),
    reportDelayMs: numberFrom(env, 'SIMULATOR_REPORT_DELAY_MS'),
    minuteMs: numberFrom(env, 'SIMULATOR_MINUTE_MS'),
    keep: numberFrom(env, 'SIMULATOR_KEEP'),
  };
}

function numberFrom(env: NodeJS.ProcessEnv, name: string): number | undefined {
  const value = env[name];
  if (!value) return undefined;
  if (!/^\d+$/.test(value)) throw new Error(`${name} must be a whole number, not '${value}'`);
  return Number(value);
}

main().catch((error: unknown) => {
  process.stderr.write(`The gateway simulator did not start: ${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
});

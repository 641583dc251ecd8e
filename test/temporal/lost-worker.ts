/**
 * A worker to be killed: `node --import tsx lost-worker.ts <address> <queue>`. Takes activities, prints a line for each
 * and never ends them. It ends with its standard input, so that it cannot be left behind.
 */
import { NativeConnection, Worker } from '@temporalio/worker';

const [address, taskQueue] = process.argv.slice(2);
if (!address || !taskQueue) throw new Error('give an address and a queue');

process.stdin.resume().on('end', () => process.exit());

const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  taskQueue,
  activities: {
    act(name: string): Promise<never> {
      process.stdout.write(`${name}\n`);
      return new Promise(() => {});
    },
  },
});
await worker.run();

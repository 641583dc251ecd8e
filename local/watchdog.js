/**
 * Ends what its parent started if the parent dies without doing so itself (kill -9, out of memory). It learns of the
 * parent's end by the end of its own standard input, over which it is told by JSON lines what to guard:
 * `{"guard": pid, "signal": "SIGINT", "withinMs": 10000}`, `{"release": pid}`, `{"remove": folder}`, `{"keep": folder}`.
 */
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const guarded = new Map();
const folders = new Set();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  if (order.guard) guarded.set(order.guard, order);
  if (order.release) guarded.delete(order.release);
  if (order.remove) folders.add(order.remove);
  if (order.keep) folders.delete(order.keep);
}

for (const { guard: pid, signal, withinMs } of [...guarded.values()].reverse()) {
  kill(pid, signal);
  const deadline = Date.now() + withinMs;
  while (kill(pid, 0) && Date.now() < deadline) await sleep(20);
  kill(-pid, 'SIGKILL');
}
for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

function kill(pid, signal) {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

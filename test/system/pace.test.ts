/** A sender's rate limit holds over all workers: in the first second after a quiet time, and when one is held up. */
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { pauseSender, resumeSender } from '../../db/sender-changes.ts';
import type { Child } from '../../local/processes.ts';
import { certificate } from '../activities/http-certificate.ts';
import { listen } from '../activities/http-servers.ts';
import { phone } from './phones.ts';
import { eventually, type System, startSystem } from './system.ts';

/** Well below what a busy machine's Temporal can bring, so that it is the limit that is measured. */
const LIMIT = 20;
const SECONDS = 10;

/** A fault of the scheduler weighs most on a low limit. */
const LOW_LIMIT = 10;

let system: System;
let workers: Child[];

beforeAll(async () => {
  system = await startSystem({ workers: 0 });
  workers = await Promise.all([system.startWorker(), system.startWorker()]);
  await addPlayMobile('paced', LIMIT);
  await addPlayMobile('held-up', LOW_LIMIT);
});
afterAll(() => system?.stop());

it(`no second has more than ${LIMIT} submits and a tenth, over two workers`, { timeout: 120_000 }, async () => {
  const { id } = await system.sender('paced');
  await pauseSender(system.db, id, 'the test');
  await post('paced', LIMIT * SECONDS);
  await eventually(waitingForTheirTurn, (n) => n === LIMIT * SECONDS, 60_000, 200);
  await sleep(2_000);
  expect(await taken(), 'a paused sender sends nothing').toBe(0);

  await resumeSender(system.db, id);
  await eventually(taken, (n) => n === LIMIT * SECONDS, 60_000, 200);
  const largest = await mostInASecond('playmobile', 'paced');
  process.stdout.write(`Most submits in a second at a limit of ${LIMIT}/s: ${largest}\n`);
  expect(largest).toBeLessThanOrEqual(LIMIT * 1.1);
  expect(largest, 'the limit is also used').toBeGreaterThan(LIMIT * 0.7);
});

it(`nor with a limit of ${LOW_LIMIT} while a worker is stopped again and again`, { timeout: 120_000 }, async () => {
  const before = await taken();
  const count = LOW_LIMIT * 18;
  await post('held-up', count);
  await eventually(taken, (n) => n > before + LOW_LIMIT, 60_000, 20);
  for (let round = 0; round < 5; round++) {
    const pid = workers[round % 2]?.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    await sleep(1_500);
    process.kill(pid, 'SIGCONT');
    await sleep(800);
  }
  await eventually(taken, (n) => n === before + count, 90_000, 200);
  const largest = await mostInASecond('playmobile', 'held-up');
  const { missed, late, troubles } = await heldUp('held-up');
  process.stdout.write(
    `Most submits in a second at a limit of ${LOW_LIMIT}/s: ${largest}; written in another slot: ${missed}, late: ${late}\n`,
  );
  expect(largest).toBeLessThanOrEqual(LOW_LIMIT * 1.1);
  expect(missed + late, 'some were too late for their slot').toBeGreaterThan(0);
  expect(troubles, 'which is no trouble of the gateway').toBe(0);
});

it('nor where each new connection takes longer than a slot lasts, and none waits for ever', {
  timeout: 120_000,
}, async () => {
  const url = await slowToConnect(300);
  await system.addSender({
    name: 'far-away',
    gateway: 'edna',
    settings: {
      baseUrl: `${url}/edna/acmebank/connector0`,
      login: 'far-away',
      password: PASSWORD,
      ca: certificate.cert,
    },
    login: 'far-away',
    callerId: 'ACME',
    columns: { rateLimit: LOW_LIMIT },
  });
  const before = await taken();
  await post('far-away', 60);
  await eventually(taken, (n) => n > before, 60_000, 50);
  const begun = Date.now();
  await eventually(taken, (n) => n === before + 60, 60_000, 100);
  const largest = await mostInASecond('edna', 'far-away');
  const { missed, late, troubles } = await heldUp('far-away');
  process.stdout.write(
    `300 ms for a connection, 60 submits in ${Date.now() - begun} ms, most in a second: ${largest}; ` +
      `written in another slot: ${missed}, late: ${late}\n`,
  );
  expect(largest).toBeLessThanOrEqual(LOW_LIMIT * 1.1);
  expect(missed, 'the first connections were too late for their slots').toBeGreaterThan(0);
  expect(troubles).toBe(0);
});

const PASSWORD = 'secret-password';

async function addPlayMobile(name: string, rateLimit: number): Promise<void> {
  await system.addSender({
    name,
    gateway: 'playmobile',
    settings: { url: `${system.simulator.url}/playmobile`, login: name, password: PASSWORD },
    login: name,
    callerId: '3700',
    columns: { rateLimit },
  });
}

/** The simulator behind TLS, with a handshake that takes so long. @returns its URL */
async function slowToConnect(ms: number): Promise<string> {
  const { port } = system.simulator;
  const open = new Set<net.Socket>();
  const secure = tls.createServer(certificate, (socket) => {
    const inner = net.connect(port, '127.0.0.1');
    for (const it of [socket, inner]) open.add(it.on('error', () => inner.destroy()));
    socket.pipe(inner).pipe(socket);
  });
  const outer = net.createServer((socket) => {
    open.add(socket.on('error', () => socket.destroy()));
    setTimeout(() => secure.emit('connection', socket), ms);
  });
  onTestFinished(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => outer.close(resolve));
  });
  return `https://127.0.0.1:${await listen(outer)}`;
}

async function post(sender: string, count: number): Promise<void> {
  const messages = Array.from({ length: count }, () => ({ to: phone('playmobile'), text: 'Salom', sender }));
  expect((await system.request('POST', '/v1/messages/batch', { messages })).status).toBe(200);
}

async function mostInASecond(wire: string, login: string): Promise<number> {
  const { rates } = await system.control<{ rates: { largest: number }[] }>(`rates?wire=${wire}&login=${login}`);
  return rates[0]?.largest ?? 0;
}

/** What the books say of submits that came too late for their slot. */
async function heldUp(sender: string): Promise<{ missed: number; late: number; troubles: number }> {
  const { id } = await system.sender(sender);
  const [row] = await system.db.sql`
    SELECT count(*) FILTER (WHERE e.detail->'evidence' ? 'missedSlots')::int AS missed,
      count(*) FILTER (WHERE e.detail->>'late' = 'true')::int AS late,
      (SELECT count(*)::int FROM sender_errors WHERE sender_id = ${id}) AS troubles
    FROM messages m JOIN message_events e ON e.message_id = m.id WHERE m.sender_id = ${id} AND e.kind = 'outcome'`;
  return row as unknown as { missed: number; late: number; troubles: number };
}

async function waitingForTheirTurn(): Promise<number> {
  const [row] = await system.db.sql`
    SELECT count(*)::int AS n FROM messages WHERE status = 'accepted' AND started_at IS NOT NULL`;
  return Number(row?.n);
}

async function taken(): Promise<number> {
  const { handsets } = await system.control<{ handsets: { sms: unknown[] }[] }>('handsets');
  return handsets.flatMap(({ sms }) => sms).length;
}

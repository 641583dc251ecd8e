/** The process: how it starts and how it ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimSend } from '../../db/claims.ts';
import type { Sender } from '../../db/senders.ts';
import { type House, newKey, newPhone, newSender, newTenant, openHouse, SECRET_KEYS, type Tenant } from './house.ts';

let house: House;
let tenant: Tenant;
let sender: Sender;
let env: Record<string, string>;
const children = new Set<ChildProcess>();
beforeAll(async () => {
  house = await openHouse();
  tenant = await newTenant(house);
  sender = await newSender(house, [tenant.accountId]);
  // Without one the process would make it and show it.
  await newKey(house.db, null, ['admin']);
  const secretKeys = SECRET_KEYS.map(({ id, key }) => `${id}:${Buffer.from(key).toString('base64')}`);
  env = {
    PATH: process.env.PATH ?? '',
    DATABASE_URL: house.databaseUrl,
    SECRET_KEYS: secretKeys.join(','),
    PORT: '0',
    TEMPORAL_ADDRESS: '127.0.0.1:1',
  };
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await house?.close();
});

function start(env: Record<string, string>) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'api/main.ts'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  const ended = once(child, 'close').then(([code]) => {
    children.delete(child);
    return code as number | null;
  });
  const ready = async (): Promise<string> => {
    while (!said.out.includes('\n')) {
      if (child.exitCode !== null) throw new Error(said.err);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const line = JSON.parse(said.out.slice(0, said.out.indexOf('\n')));
    expect(line).toEqual({ ready: true, url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
    return line.url;
  };
  return { child, said, ended, ready };
}

describe('the API process', () => {
  it('says in one line which setting is missing or wrong', async () => {
    const { said, ended } = start({ PATH: env.PATH ?? '', SECRET_KEYS: 'x', PORT: 'http' });
    expect(await ended).toBe(1);
    expect(said.out).toBe('');
    expect(said.err.trim().split('\n')).toHaveLength(1);
    expect(said.err).toMatch(/DATABASE_URL is not set.*SECRET_KEYS.*PORT/);
  });

  it('says in one line that its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { said, ended } = start({ ...env, PORT: String(port), LOG_LEVEL: 'silent' });
    expect(await ended).toBe(1);
    expect(said.err.trim().split('\n')).toHaveLength(1);
    expect(said.err).toMatch(/EADDRINUSE/);
    other.close();
  });

  it('starts and accepts while Temporal is away, and lets requests in flight end when it is told to stop', async () => {
    const { child, said, ended, ready } = start(env);
    const url = await ready();
    const headers = { authorization: `Bearer ${tenant.key}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ to: newPhone(), text: 'Hello', sender: sender.name });
    const posted = await fetch(`${url}/v1/messages`, { method: 'POST', headers, body });
    expect(posted.status).toBe(202);
    const { id } = (await posted.json()) as { id: string };

    // An open claim makes a cancel wait for the end of its lease.
    await claimSend(house.db, id, { repeatWithinS: null, probe: false });
    const cancelling = fetch(`${url}/v1/messages/${id}/cancel`, { method: 'POST', headers });
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill('SIGTERM');
    const answer = await cancelling;
    expect(answer.status).toBe(409);
    expect(await ended).toBe(0);
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
    expect(said.err).not.toContain(tenant.key);
    for (const line of said.err.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ process: 'api' });
  });
});

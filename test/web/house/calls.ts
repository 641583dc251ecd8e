/** How a house is told what to do: by its API, and by the control API of its simulated gateways. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../../../db/connection.ts';

export interface House {
  apiUrl: string;
  simulatorUrl: string;
  /** With the scope `admin`, for all accounts. */
  key: string;
  db: Db;
}

/** On a machine that has much else to do. */
const WITHIN_MS = 300_000;
const JSON_TYPE = { 'content-type': 'application/json' };

export async function batch(house: House, account: string, messages: Record<string, unknown>[]): Promise<string[]> {
  const { results } = await post<{ results: { status: string; message: { id: string } }[] }>(
    house,
    '/v1/messages/batch',
    { account, messages },
  );
  if (results.some(({ status }) => status !== 'accepted')) throw new Error(JSON.stringify(results));
  return results.map(({ message }) => message.id);
}

export async function made(house: House, path: string, body: unknown): Promise<string> {
  return (await post<{ id: string }>(house, path, body)).id;
}

export async function post<T>(house: House, path: string, body: unknown = {}): Promise<T> {
  return await call<T>(house, path, { body: JSON.stringify(body), headers: JSON_TYPE });
}

export async function patch(house: House, path: string, body: unknown): Promise<void> {
  await call(house, path, { method: 'PATCH', body: JSON.stringify(body), headers: JSON_TYPE });
}

interface Sent {
  /** Else POST. */
  method?: string;
  body: string;
  headers: Record<string, string>;
}

/** A GET where nothing is sent. */
export async function call<T>({ apiUrl, key }: House, path: string, sent?: Sent): Promise<T> {
  const answer = await fetch(`${apiUrl}${path}`, {
    ...(sent && { method: sent.method ?? 'POST', body: sent.body }),
    headers: { ...sent?.headers, authorization: `Bearer ${key}` },
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as T;
}

export async function control({ simulatorUrl }: House, path: string, body: unknown): Promise<void> {
  const answer = await fetch(`${simulatorUrl}/_control/${path}`, {
    method: 'POST',
    headers: JSON_TYPE,
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`the simulator, ${path}: ${answer.status} ${await answer.text()}`);
}

/** Until nothing is missing any more. */
export async function eventually(missing: () => Promise<readonly unknown[]>): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  for (;;) {
    const left = await missing();
    if (left.length === 0) return;
    if (Date.now() > deadline)
      throw new Error(`${left.length} did not come about: ${JSON.stringify(left.slice(0, 3))}`);
    await sleep(100);
  }
}

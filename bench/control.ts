import { request } from 'undici';
import type { Product } from './system.ts';

/** A call of the simulator's control API; with a change a POST. */
export async function control<T>({ simulatorUrl }: Product, path: string, change?: object): Promise<T> {
  const { statusCode, body } = await request(`${simulatorUrl}/_control/${path}`, {
    method: change ? 'POST' : 'GET',
    headers: { 'content-type': 'application/json' },
    body: change ? JSON.stringify(change) : null,
  });
  if (statusCode !== 200) throw new Error(`the simulator's ${path} answered ${statusCode}: ${await body.text()}`);
  return (await body.json()) as T;
}

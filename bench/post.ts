/** How the bench has SMS sent: over HTTP, like any client. */
import { randomUUID } from 'node:crypto';
import { request } from 'undici';
import type { Product } from './system.ts';

export interface Sms {
  to: string;
  sender: string;
  text?: string;
  priority?: 'otp' | 'notice' | 'campaign';
}

/** Most messages of one batch. */
export const BATCH = 1_000;
const TEXT = 'Your code is 4821';

/** @returns the id of the message */
export async function post(product: Product, sms: Sms): Promise<string> {
  const text = await ask(product, '/v1/messages', { text: TEXT, ...sms }, { 'idempotency-key': randomUUID() });
  return JSON.parse(text).id;
}

/** @throws unless all of them are accepted */
export async function postBatch(product: Product, messages: readonly Sms[]): Promise<void> {
  const body = { messages: messages.map((sms) => ({ text: TEXT, idempotencyKey: randomUUID(), ...sms })) };
  const answer: { accepted?: number } = JSON.parse(await ask(product, '/v1/messages/batch', body));
  if (answer.accepted !== messages.length) throw new Error(`${answer.accepted} of ${messages.length} were accepted`);
}

async function ask({ apiUrl, apiKey }: Product, path: string, body: object, headers: object = {}): Promise<string> {
  const { statusCode, body: answer } = await request(apiUrl + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (statusCode >= 300) throw new Error(`POST ${path} answered ${statusCode}: ${text.slice(0, 500)}`);
  return text;
}

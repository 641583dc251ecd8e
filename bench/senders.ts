import { findSender, type Sender } from '../db/senders.ts';
import { putSender, type SimulatedSender } from '../local/seed.ts';
import { readSettings } from '../runtime/settings.ts';
import type { Product } from './system.ts';

/** A sender of the simulated Infobip on a gateway account of its own, without a rate limit. */
export async function addInfobip(product: Product, name: string, columns: SimulatedSender['columns']): Promise<Sender> {
  const settings = { url: `${product.simulatorUrl}/infobip`, apiKey: name };
  return await addSender(product, { name, gateway: 'infobip', settings, login: name, callerId: 'ACME', columns });
}

/** The same account may use it that uses the demo senders. */
export async function addSender(product: Product, sender: SimulatedSender): Promise<Sender> {
  const { apiUrl, simulatorUrl, books } = product;
  const { accountIds } = await senderNamed(product, 'demo-infobip');
  const secretKeys = readSettings(product.env).SECRET_KEYS;
  for (const accountId of accountIds) {
    await putSender(books.db, accountId, sender, { simulatorUrl, publicUrl: apiUrl, secretKeys });
  }
  return await senderNamed(product, sender.name);
}

export async function senderNamed({ books, env }: Product, name: string): Promise<Sender> {
  const sender = await findSender(books.db, readSettings(env).SECRET_KEYS, { name });
  if (!sender) throw new Error(`there is no sender ${name}`);
  return sender;
}

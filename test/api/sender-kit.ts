/** Senders that are made through the API. */
import { findSender, type Sender } from '../../db/senders.ts';
import { call, type House, newKey, newTenant, openHouse, SECRET_KEYS, type Tenant, unique } from './house.ts';

/** Sealed in the books, and shown by nothing. */
export const SECRET = 'a-secret-key';

/** The body of a sender of Infobip, on an account of its own. */
export const infobip = (more: object = {}) => ({
  name: `sender ${unique()}`,
  gateway: 'infobip',
  settings: { url: `https://${unique()}.api.infobip.com`, apiKey: SECRET },
  ...more,
});

/** With a tenant that may see and change what it should not, and the key of an operator. */
export async function openSenderHouse(): Promise<{ house: House; tenant: Tenant; operator: string }> {
  const house = await openHouse(undefined, undefined, {
    publicUrl: 'https://sms.example.org',
    rateLimits: { playmobile: 7 },
  });
  const tenant = await newTenant(house, {
    scopes: ['messages:send', 'messages:read', 'senders:read', 'senders:write'],
  });
  return { house, tenant, operator: await newKey(house.db, null, ['senders:read', 'senders:write', 'phones:read']) };
}

/** @param key of an operator @returns what the API answers */
export async function makeSender(house: House, key: string, more: object = {}) {
  const { status, body } = await call(house, 'POST', '/v1/senders', { key, body: infobip(more) });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body;
}

export async function senderInBooks(house: House, id: string): Promise<Sender> {
  const sender = await findSender(house.db, SECRET_KEYS, { id });
  if (!sender) throw new Error('the sender is gone');
  return sender;
}

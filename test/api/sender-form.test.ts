/** Each row of the form of a sender has an effect on a message, or on what becomes of it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { claimSend, recordSend } from '../../db/claims.ts';
import { resendByPolicy } from '../../db/deliveries.ts';
import { findMessage } from '../../db/messages.ts';
import type { Outcome } from '../../sms/outcome.ts';
import {
  call,
  eventually,
  type House,
  newKey,
  newPhone,
  newTenant,
  openHouse,
  post,
  type Tenant,
  unique,
} from './house.ts';

let house: House;
let tenant: Tenant;
let other: Tenant;
let operator: string;
beforeAll(async () => {
  house = await openHouse(undefined, undefined, { publicUrl: 'https://sms.example.org' });
  [tenant, other] = [await newTenant(house), await newTenant(house)];
  operator = await newKey(house.db, null, ['admin']);
});
afterAll(() => house?.close());

interface Made {
  id: string;
  name: string;
  hooks: { reports: string; inbound: string };
}

async function made(more: object = {}): Promise<Made> {
  const body = {
    name: `sender ${unique()}`,
    gateway: 'infobip',
    settings: { url: `https://${unique()}.api.infobip.com`, apiKey: unique() },
    accounts: [tenant.accountId],
    defaultCallerId: 'ACME',
    ...more,
  };
  const answer = await call(house, 'POST', '/v1/senders', { key: operator, body });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}

const send = (sender: Made, more: object = {}, key = tenant.key) =>
  post(house, key, { to: newPhone(), text: 'Hello', sender: sender.name, ...more });

async function sent(sender: Made, more: object = {}, key = tenant.key) {
  const { status, body } = await send(sender, more, key);
  if (status !== 202) throw new Error(JSON.stringify(body));
  return body;
}

const errorOf = async (sender: Made, more: object = {}) => {
  const { status, body } = await send(sender, more);
  return {
    status,
    errors: body.errors?.map((error: { pointer: string; code: string }) => [error.pointer, error.code]),
  };
};

async function rowOf(id: string) {
  const row = await findMessage(house.db, id, null);
  if (!row) throw new Error('the message is gone');
  return row;
}

async function submit(id: string, outcome: Outcome = { kind: 'accepted', ids: [] }) {
  const claim = await claimSend(house.db, id, { repeatWithinS: null, probe: false });
  if (claim.verdict !== 'claimed') return claim.verdict;
  await recordSend(house.db, id, claim.attempt, outcome, { evidence: {}, idPhone: '' });
  return claim;
}

const answerOf = (sender: Made, from: string, text: string) =>
  call(house, 'POST', new URL(sender.hooks.inbound).pathname, {
    body: { results: [{ messageId: unique(), from: from.slice(1), to: '447491163443', text, cleanText: text }] },
  });

const secondsBetween = (from: Date | null, to: Date | null) => ((to?.getTime() ?? 0) - (from?.getTime() ?? 0)) / 1000;

it('name: the message is posted to it and shows it', async () => {
  const sender = await made();
  expect((await sent(sender)).sender).toBe(sender.name);
});

it('gateway: says what a message must have', async () => {
  const settings = { login: unique(), password: 'secret' };
  const sender = await made({ gateway: 'playmobile', settings, defaultCallerId: null });
  expect(await errorOf(sender)).toEqual({ status: 422, errors: [['#/from', 'caller-id-required']] });
  expect((await sent(sender, { from: '3700' })).from).toBe('3700');
  expect(await errorOf(await made({ defaultCallerId: null }))).toMatchObject({ status: 202 });
});

it('settings: senders of one login share references, those of another do not', async () => {
  const login = unique();
  const smsc = (login: string) => made({ gateway: 'smsc', settings: { login, password: 'secret' } });
  const [one, twin, stranger] = [await smsc(login), await smsc(login), await smsc(unique())];
  const [first, second, third] = await Promise.all(
    [one, twin, stranger].map(async (sender) => await rowOf((await sent(sender)).id)),
  );
  expect(second?.gatewayAccountId).toBe(first?.gatewayAccountId);
  expect(second?.ref).not.toBe(first?.ref);
  expect(third?.gatewayAccountId).not.toBe(first?.gatewayAccountId);
});

it('accounts: only those may send through it', async () => {
  const sender = await made({ accounts: [other.accountId] });
  expect(await errorOf(sender)).toEqual({ status: 422, errors: [['#/sender', 'unknown-sender']] });
  expect((await send(sender, {}, other.key)).status).toBe(202);
});

it('await delivery: the status is asked for that many seconds after the submit', async () => {
  const { id } = await sent(await made({ awaitDelivery: 77 }));
  await submit(id);
  const { submittedAt, pollAt } = await rowOf(id);
  expect(secondsBetween(submittedAt, pollAt)).toBeCloseTo(77, 0);
});

it('max SMS per message: a longer text is refused', async () => {
  const sender = await made({ maxParts: 2 });
  expect(await errorOf(sender, { text: 'a'.repeat(307) })).toEqual({
    status: 422,
    errors: [['#/text', 'too-many-parts']],
  });
  expect((await sent(sender, { text: 'a'.repeat(306) })).parts).toBe(2);
});

it('default caller id: goes with a message that names none', async () => {
  const sender = await made({ defaultCallerId: 'Shop' });
  expect((await sent(sender)).from).toBe('Shop');
  expect((await sent(sender, { from: 'Bank' })).from).toBe('Bank');
  const { id } = await sent(sender);
  expect(await submit(id)).toMatchObject({ callerId: 'Shop' });
});

it('only verified caller ids: any other is refused', async () => {
  const sender = await made({ verifiedCallerIds: ['ACME', 'Bank'] });
  expect(await errorOf(sender, { from: 'Shop' })).toEqual({
    status: 422,
    errors: [['#/from', 'caller-id-not-verified']],
  });
  expect((await sent(sender, { from: 'Bank' })).from).toBe('Bank');
});

it('only verified phones: any other is refused', async () => {
  const sender = await made({ verifiedPhones: ['+7 999 555 77 01'] });
  expect(await errorOf(sender)).toEqual({ status: 422, errors: [['#/to', 'phone-not-verified']] });
  expect((await sent(sender, { to: '+79995557701' })).status).toBe('accepted');
});

it('rate limit: keeps submits apart', async () => {
  const sender = await made({ rateLimit: 2 });
  const claims = [];
  for (let i = 0; i < 3; i++) claims.push(await submit((await sent(sender)).id));
  const slots = await house.db.sql`
    SELECT extract(epoch FROM lease_until)::float8 AS s FROM messages WHERE sender_id = ${sender.id} ORDER BY lease_until`;
  const gaps = slots.slice(1).map((row, i) => Number(row.s) - Number(slots[i]?.s));
  expect(gaps).toHaveLength(2);
  for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(0.5);
});

it('validity: ends submitting', async () => {
  const sender = await made({ validity: 60 });
  const message = await sent(sender);
  expect(message.validity).toBe(60);
  expect((await sent(sender, { validity: 120 })).validity).toBe(120);
  await house.db.sql`UPDATE messages SET expires_at = expires_at - interval '61 seconds' WHERE id = ${message.id}`;
  expect(await submit(message.id)).toBe('final');
  expect(await rowOf(message.id)).toMatchObject({ status: 'expired', attempt: 0 });
});

it('report grace: a report is waited for that long after the validity', async () => {
  const { id } = await sent(await made({ validity: 600, reportGrace: 90 }));
  const { expiresAt, reportBy } = await rowOf(id);
  expect(secondsBetween(expiresAt, reportBy)).toBeCloseTo(90, 3);
});

it.each([
  ['hold', false, 'sending'],
  ['resend', true, 'accepted'],
])('on uncertain, %s: a submit of which nothing is known is made again: %s', async (onUncertain, again, status) => {
  const { id } = await sent(await made({ onUncertain }));
  await submit(id, { kind: 'uncertain', class: 'temporary', detail: 'cut' });
  expect(await resendByPolicy(house.db, id)).toBe(again);
  expect((await rowOf(id)).status).toBe(status);
});

it('stop words: end what waits, STOP always, others if they are named', async () => {
  const sender = await made({ stopWords: ['отписка'] });
  const plain = await made();
  const statusAfter = async (through: Made, text: string) => {
    const to = newPhone();
    const { id } = await sent(through, { to });
    expect((await answerOf(through, to, text)).status).toBe(200);
    return (await rowOf(id)).status;
  };
  expect(await statusAfter(sender, 'Отписка!')).toBe('suppressed');
  expect(await statusAfter(sender, 'stop')).toBe('suppressed');
  expect(await statusAfter(plain, 'stop')).toBe('suppressed');
  expect(await statusAfter(plain, 'Отписка!')).toBe('accepted');
});

it.each([
  [false, 'accepted'],
  [true, 'suppressed'],
])(
  'add to the global suppress list, %s: a message of another account is %s',
  async (addToGlobalSuppressList, status) => {
    const sender = await made({ addToGlobalSuppressList });
    const theirs = await made({ accounts: [other.accountId] });
    const to = newPhone();
    const { id } = await sent(theirs, { to }, other.key);
    await answerOf(sender, to, 'STOP');
    expect((await rowOf(id)).status).toBe(status);
  },
);

it('receiving addresses: what is called there is taken', async () => {
  const sender = await made();
  const { id } = await sent(sender);
  await submit(id);
  const { ownId } = await rowOf(id);
  const status = { groupId: 3, groupName: 'DELIVERED', id: 5, name: 'DELIVERED_TO_HANDSET' };
  expect(new URL(sender.hooks.reports).origin).toBe('https://sms.example.org');
  const { pathname } = new URL(sender.hooks.reports);
  await call(house, 'POST', pathname, { body: { results: [{ messageId: ownId, status }] } });
  await eventually(async () => (await rowOf(id)).status === 'delivered');
});

it('webhook addresses that may call: a report from elsewhere has no effect', async () => {
  const sender = await made({ hookIps: ['203.0.113.7'] });
  const { id } = await sent(sender);
  await submit(id);
  const status = { groupId: 3, groupName: 'DELIVERED', id: 5, name: 'DELIVERED_TO_HANDSET' };
  const body = { results: [{ messageId: (await rowOf(id)).ownId, status }] };
  expect((await call(house, 'POST', new URL(sender.hooks.reports).pathname, { body })).status).toBe(403);
  expect((await rowOf(id)).status).toBe('sent');
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimSend, recordSend } from '../../db/claims.ts';
import { findMessage } from '../../db/messages.ts';
import type { Sender } from '../../db/senders.ts';
import { suppressionsOf } from '../../db/suppressions.ts';
import { call, type House, newPhone, newSender, newTenant, openHouse, post, submitted, type Tenant } from './house.ts';

let house: House;
let tenant: Tenant;
let sender: Sender;
beforeAll(async () => {
  house = await openHouse();
  tenant = await newTenant(house);
  sender = await newSender(house, [tenant.accountId]);
});
afterAll(async () => {
  await house?.close();
});

const statusOf = async (id: string) => (await findMessage(house.db, id, null))?.status;

describe('a text from a phone', () => {
  const text = (from: string, words: string, more: object = {}) => ({
    results: [{ from: from.slice(1), to: '3700', text: words, receivedAt: new Date().toISOString(), ...more }],
  });
  const send = (by: Sender, body: unknown) => call(house, 'POST', `/hooks/${by.hookToken}/inbound`, { body });
  const texts = async (phone: string) => await house.db.sql`SELECT * FROM inbound WHERE phone = ${phone}`;

  it('is kept once, however often it comes', async () => {
    const phone = newPhone();
    const body = text(phone, 'Привет', { messageId: 'mo-1' });
    for (const _ of [1, 2, 3]) expect((await send(sender, body)).status).toBe(200);
    const kept = await texts(phone);
    expect(kept).toHaveLength(1);
    expect(kept[0]).toMatchObject({ text: 'Привет', recipient: '3700', effect: 'none' });
    const again = text(newPhone(), 'без номера');
    for (const _ of [1, 2]) await send(sender, again);
    expect(await texts(`+${again.results[0]?.from}`)).toHaveLength(1);
    expect(await suppressionsOf(house.db, phone)).toEqual([]);
  });

  it('with a stop word has taken effect when it is answered', async () => {
    const phone = newPhone();
    const waiting = await post(house, tenant.key, { to: phone, text: 'Hello', sender: sender.name });
    const sent = await submitted(house, tenant, sender, phone);
    expect((await send(sender, text(phone, ' Stop! '))).status).toBe(200);
    expect(await statusOf(waiting.body.id)).toBe('suppressed');
    expect(await statusOf(sent.id)).toBe('sent');
    expect(await suppressionsOf(house.db, phone)).toMatchObject([{ accountId: tenant.accountId, source: 'stop-word' }]);
    const { body } = await call(house, 'GET', `/v1/messages/${waiting.body.id}`, { key: tenant.key });
    expect(body).toMatchObject({ status: 'suppressed', source: 'stop-word' });
  });

  it('with a stop word is not answered while a claim for the phone is open', async () => {
    const phone = newPhone();
    const { body } = await post(house, tenant.key, { to: phone, text: 'Hello', sender: sender.name });
    const claim = await claimSend(house.db, body.id, { repeatWithinS: null, probe: false });
    if (claim.verdict !== 'claimed') throw new Error(claim.verdict);
    let answered = false;
    const stopping = send(sender, text(phone, 'STOP')).then(() => {
      answered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(answered).toBe(false);
    const outcome = {
      kind: 'not-sent' as const,
      class: 'temporary' as const,
      detail: 'no connection',
      holdSender: false,
    };
    await recordSend(house.db, body.id, claim.attempt, outcome, { evidence: {}, idPhone: '' });
    await stopping;
    const next = await claimSend(house.db, body.id, { repeatWithinS: null, probe: false });
    expect(next).toMatchObject({ verdict: 'final', status: 'suppressed' });
  });

  it('counts for the accounts of every sender of the gateway account, own stop words for theirs', async () => {
    const [other, third] = [await newTenant(house), await newTenant(house)];
    const one = await newSender(house, [tenant.accountId], { stopWords: ['Стоп'] });
    const two = { settings: one.settings, stopWords: ['Хватит'], addToGlobalSuppressList: true };
    await newSender(house, [other.accountId, third.accountId], two);

    const listed = async (words: string) => {
      const phone = newPhone();
      await send(one, text(phone, words));
      return (await suppressionsOf(house.db, phone)).map(({ accountId }) => accountId).sort();
    };
    const ids = (...accounts: (string | null)[]) => accounts.sort();
    expect(await listed('стоп')).toEqual(ids(tenant.accountId));
    expect(await listed('ХВАТИТ')).toEqual(ids(other.accountId, third.accountId, null));
    expect(await listed('stop')).toEqual(ids(tenant.accountId, other.accountId, third.accountId, null));
    expect(await listed('не стоп')).toEqual([]);
  });

  it('with a stop word stops what waits for an account that the sender was taken from', async () => {
    const [phone, former] = [newPhone(), await newTenant(house)];
    const by = await newSender(house, [former.accountId]);
    const planned = new Date(Date.now() + 3_600_000).toISOString();
    const waiting = await post(house, former.key, { to: phone, text: 'Hello', sender: by.name, sendAt: planned });
    await house.db.sql`UPDATE sender_accounts SET account_id = ${tenant.accountId} WHERE sender_id = ${by.id}`;
    await send(by, text(phone, 'STOP'));
    expect(await statusOf(waiting.body.id)).toBe('suppressed');
    const lists = (await suppressionsOf(house.db, phone)).map(({ accountId }) => accountId);
    expect(lists.sort()).toEqual([tenant.accountId, former.accountId].sort());
  });

  it('with a start word that could not lift it is kept no more than done: its repeat does both', async () => {
    const phone = newPhone();
    await send(sender, text(phone, 'STOP'));
    await house.db.sql.unsafe(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'the test'; END $$;
      CREATE TRIGGER refuse BEFORE DELETE ON suppressions FOR EACH ROW EXECUTE FUNCTION refuse()`);
    const start = text(phone, 'START', { messageId: 'start-late' });
    expect((await send(sender, start)).status).toBe(500);
    expect(await texts(phone)).toHaveLength(1);
    await house.db.sql.unsafe('DROP TRIGGER refuse ON suppressions; DROP FUNCTION refuse');
    expect((await send(sender, start)).status).toBe(200);
    expect(await suppressionsOf(house.db, phone)).toEqual([]);
  });

  it('with a start word lifts what a stop word did, but an old repeat of it does not', async () => {
    const phone = newPhone();
    const lists = async () => (await suppressionsOf(house.db, phone)).length;
    await send(sender, text(phone, 'STOP', { messageId: 'stop-1' }));
    const start = text(phone, 'START', { messageId: 'start-1' });
    await send(sender, start);
    expect(await lists()).toBe(0);
    await send(sender, text(phone, 'STOP', { messageId: 'stop-2' }));
    await send(sender, start);
    expect(await lists()).toBe(1);
    await send(sender, text(phone, 'START', { messageId: 'start-2' }));
    expect(await lists()).toBe(0);
  });

  it('does its work again with a repeat, since the first may have broken off half-way', async () => {
    const phone = newPhone();
    const body = text(phone, 'STOP', { messageId: 'stop-3' });
    await send(sender, body);
    await house.db.sql`DELETE FROM suppressions WHERE phone = ${phone}`;
    await send(sender, body);
    expect(await suppressionsOf(house.db, phone)).toHaveLength(1);
    expect(await texts(phone)).toHaveLength(1);
  });

  it('comes in XML too', async () => {
    const own = await newSender(house, [tenant.accountId], { gateway: 'playmobile', defaultCallerId: '3700' });
    const phone = newPhone();
    const xml = `<?xml version="1.0"?><sms-request><message id="77" msisdn="${phone.slice(1)}"><content>STOP</content></message></sms-request>`;
    const headers = { 'content-type': 'text/xml' };
    const answer = await call(house, 'POST', `/hooks/${own.hookToken}`, { body: xml, headers });
    expect(answer.status).toBe(200);
    expect(await suppressionsOf(house.db, phone)).toHaveLength(1);
  });
});

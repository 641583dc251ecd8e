import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { erasureSchema } from '../../api/schemas/erasure.ts';
import { claimSend, recordSend } from '../../db/claims.ts';
import { cancelMessage } from '../../db/deliveries.ts';
import { rollUp } from '../../db/metrics.ts';
import { applyReports } from '../../db/reports.ts';
import type { Sender } from '../../db/senders.ts';
import { suppressionsOf } from '../../db/suppressions.ts';
import type { Outcome } from '../../sms/outcome.ts';
import {
  call,
  eventually,
  type House,
  newKey,
  newPhone,
  newSender,
  newTenant,
  openHouse,
  post,
  type Tenant,
  unique,
} from './house.ts';

let house: House;
let tenant: Tenant;
let operator: string;
beforeAll(async () => {
  house = await openHouse();
  tenant = await newTenant(house);
  operator = await newKey(house.db, null, ['admin']);
});
afterAll(async () => {
  await house?.close();
});

const erase = (phone: string, key = operator) => call(house, 'POST', '/v1/erasures', { key, body: { phone } });

/** Every table with a row that holds one of these, in any column, also within bytes. */
async function tablesWith(...digits: string[]): Promise<string[]> {
  const tables = await house.db.sql`
    SELECT c.relname AS name FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`;
  const found: string[] = [];
  for (const { name } of tables) {
    for (const text of digits) {
      const hex = Buffer.from(text).toString('hex');
      const [row] = await house.db.sql`
        SELECT count(*)::int AS n FROM ${house.db.sql(name)} t
        WHERE t::text LIKE ${`%${text}%`} OR t::text LIKE ${`%${hex}%`}
          OR regexp_replace(t::text, '[^0-9A-Za-z,]', '', 'g') LIKE ${`%${text}%`}`;
      if (row?.n > 0) found.push(name);
    }
  }
  return [...new Set(found)];
}

const spelled = (phone: string) =>
  `+7 (${phone.slice(2, 5)}) ${phone.slice(5, 8)}-${phone.slice(8, 10)}-${phone.slice(10)}`;

async function ended(sender: Sender, to: string, input: object = {}, key?: string): Promise<string> {
  const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
  const { body } = await post(
    house,
    tenant.key,
    { to, text: `a text for ${to}`, sender: sender.name, ...input },
    headers,
  );
  const claim = await claimSend(house.db, body.id, { repeatWithinS: null, probe: false });
  if (claim.verdict !== 'claimed') throw new Error(claim.verdict);
  const [gatewayId, idPhone] = [claim.ownId ?? unique(), sender.gateway === 'smsc' ? to : ''];
  const outcome: Outcome = { kind: 'accepted', ids: [{ id: gatewayId }] };
  const evidence = { answerExcerpt: `{"to": "${to.slice(1)}"}`, numbers: [Number(to.slice(1))], [to]: spelled(to) };
  await recordSend(house.db, body.id, claim.attempt, outcome, { evidence, idPhone });
  const report = {
    gatewayId,
    phone: to,
    status: 'undelivered' as const,
    raw: `8${to.slice(2)} is absent`,
    errorCode: to,
  };
  await applyReports(house.db, sender.gatewayAccountId, 'report', [report], {
    idScope: idPhone === '' ? 'account' : 'account-and-phone',
  });
  return body.id;
}

async function hook(sender: Sender, path: string, body: unknown): Promise<number> {
  return (await call(house, 'POST', `/hooks/${sender.hookToken}/${path}`, { body })).status;
}

const text = (from: string, words: string) => ({
  results: [{ from: from.slice(1), to: '3700', text: words, receivedAt: new Date().toISOString() }],
});
const allWorkedThrough = () =>
  eventually(async () => (await house.db.sql`SELECT FROM hooks WHERE state = 'received'`).count === 0);

/** As many places as there are. */
async function liveWith(phone: string, infobip: Sender, smsc: Sender): Promise<string[]> {
  const ids = [
    await ended(infobip, phone, { metadata: { about: phone } }, `key of ${phone}`),
    await ended(infobip, phone, { from: 'ACME' }, `key ${unique()}`),
    await ended(smsc, phone),
  ];
  const unmatched = { gatewayId: unique(), phone, status: 'delivered' as const, raw: 'ok' };
  await applyReports(house.db, smsc.gatewayAccountId, 'report', [unmatched], { idScope: 'account-and-phone' });
  const report = { messageId: unique(), to: phone.slice(1), status: { groupId: 3, groupName: 'DELIVERED' } };
  expect(await hook(infobip, 'reports', { results: [report] })).toBe(200);
  expect(await hook(infobip, 'reports', `nonsense about ${spelled(phone)}`)).toBe(400);
  await call(house, 'GET', `/hooks/${infobip.hookToken}/reports?phone=%2B${phone.slice(1)}`);
  expect(await hook(infobip, 'inbound', text(phone, `I am ${phone}`))).toBe(200);
  expect(await hook(infobip, 'inbound', text(phone, 'STOP'))).toBe(200);
  await allWorkedThrough();
  return ids;
}

describe('POST /v1/erasures', () => {
  it('leaves the phone on its suppress list and nowhere else', async () => {
    const [phone, other] = [newPhone(), newPhone()];
    const infobip = await newSender(house, [tenant.accountId]);
    const smsc = await newSender(house, [tenant.accountId], { gateway: 'smsc', verifiedPhones: [phone, other] });
    const ids = await liveWith(phone, infobip, smsc);
    const theirs = await liveWith(other, infobip, smsc);
    const digits = [phone.slice(1), phone.slice(-9)];
    const places = [
      'gateway_messages',
      'hooks',
      'idempotency_keys',
      'inbound',
      'message_events',
      'messages',
      'senders',
    ];
    expect(await tablesWith(...digits)).toEqual([...places, 'suppressions']);
    const kept = async (id: string) => {
      const [row] = await house.db.sql`
        SELECT id, account_id, sender_id, status, caller_id, parts, encoding, accepted_at, final_at, source, error_class
        FROM messages WHERE id = ${id}`;
      return row;
    };
    const before = await Promise.all(ids.map(kept));

    const { status, body } = await erase(spelled(phone));
    expect(status).toBe(200);
    expect(erasureSchema.strict().parse(body)).toEqual(body);
    expect(body).toEqual({ messages: 3, inboundTexts: 2, unmatchedReports: 1, webhookCalls: 5, senders: 1 });
    expect(await tablesWith(...digits)).toEqual(['suppressions']);
    expect(await suppressionsOf(house.db, phone)).toHaveLength(1);
    expect(await Promise.all(ids.map(kept))).toEqual(before);
    const [erased] = await house.db.sql`SELECT phone, text, metadata, cause FROM messages WHERE id = ${ids[0] ?? ''}`;
    expect(erased).toEqual({ phone: 'erased', text: '', metadata: null, cause: 'erased is absent' });
    const shown = await call(house, 'GET', `/v1/messages/${ids[0]}`, { key: tenant.key });
    expect(shown).toMatchObject({ status: 200, body: { to: 'erased', text: '', status: 'undelivered' } });
    expect(shown.body.timeline.length).toBeGreaterThan(3);

    expect(await tablesWith(other.slice(1))).toEqual([...places, 'suppressions']);
    const [its] = await house.db.sql`SELECT phone, text, metadata FROM messages WHERE id = ${theirs[0] ?? ''}`;
    expect(its).toEqual({ phone: other, text: `a text for ${other}`, metadata: { about: other } });
    const [sender] = await house.db.sql`SELECT verified_phones, version FROM senders WHERE id = ${smsc.id}`;
    expect(sender).toEqual({ verifiedPhones: [other], version: smsc.version + 1 });

    expect((await erase(phone)).body).toEqual({
      ...{ messages: 0, inboundTexts: 0, unmatchedReports: 0, webhookCalls: 0, senders: 0 },
    });
    expect(house.logged()).not.toContain(phone.slice(-9));
  });

  it('is in the audit log, with the phone masked', async () => {
    const phone = newPhone();
    await erase(phone);
    const [entry] = await house.db.sql`SELECT * FROM audit_log ORDER BY id DESC LIMIT 1`;
    expect(entry).toMatchObject({ action: 'phone.erase', actor: 'test', accountId: null });
    expect(entry?.detail).toMatchObject({ phone: `+7******${phone.slice(-2)}`, messages: 0 });
  });

  it('does not make a second SMS possible under a key that was used', async () => {
    const phone = newPhone();
    const sender = await newSender(house, [tenant.accountId]);
    const key = `key ${unique()}`;
    const id = await ended(sender, phone, {}, key);
    const again = { to: phone, text: `a text for ${phone}`, sender: sender.name };
    const repeated = await post(house, tenant.key, again, { 'idempotency-key': key });
    expect(repeated.body.id).toBe(id);
    expect((await erase(phone)).body.messages).toBe(1);
    const refused = await post(house, tenant.key, again, { 'idempotency-key': key });
    expect(refused).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
    expect((await house.db.sql`SELECT FROM messages WHERE phone = ${phone}`).count).toBe(0);
  });

  it('is refused while a message to the phone is open, and erases nothing', async () => {
    const phone = newPhone();
    const sender = await newSender(house, [tenant.accountId]);
    await ended(sender, phone);
    const { body } = await post(house, tenant.key, { to: phone, text: 'open', sender: sender.name });
    const refused = await erase(phone);
    expect(refused).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(refused.body.detail).toContain('Open messages to this phone: 1.');
    expect((await house.db.sql`SELECT FROM messages WHERE phone = ${phone}`).count).toBe(2);
    await cancelMessage(house.db, body.id, null);
    expect(await erase(phone)).toMatchObject({ status: 200, body: { messages: 2 } });
  });

  it('is refused while a call about the phone is worked through, but not for ever', async () => {
    const phone = newPhone();
    const sender = await newSender(house, [tenant.accountId]);
    await hook(sender, 'reports', `about ${phone}`);
    await allWorkedThrough();
    await house.db.sql`UPDATE hooks SET state = 'received' WHERE sender_id = ${sender.id}`;
    expect(await erase(phone)).toMatchObject({ status: 409, body: { code: 'conflict' } });
    await house.db.sql`UPDATE hooks SET received_at = now() - interval '2 hours' WHERE sender_id = ${sender.id}`;
    expect((await erase(phone)).body.webhookCalls).toBe(1);
    const [call] = await house.db.sql`SELECT state, body FROM hooks WHERE sender_id = ${sender.id}`;
    expect(call).toMatchObject({ state: 'refused', body: Buffer.alloc(0) });
  });

  it('tells followers and counts nothing anew', async () => {
    const phone = newPhone();
    const sender = await newSender(house, [tenant.accountId]);
    await ended(sender, phone);
    const stream = async () => (await call(house, 'GET', '/v1/events?limit=500', { key: tenant.key })).body;
    const before = await eventually(async () => {
      const body = await stream();
      return body.events.filter((event: { sender: string }) => event.sender === sender.name).length === 3 && body;
    });
    await rollUp(house.db, 1_000);
    const counts = () =>
      house.db.sql`SELECT * FROM event_rollups WHERE sender_id = ${sender.id} ORDER BY measure, what`;
    const counted = [...(await counts())];
    await erase(phone);
    await rollUp(house.db, 1_000);
    expect([...(await counts())]).toEqual(counted);
    const after = (await call(house, 'GET', `/v1/events?cursor=${before.nextCursor}`, { key: tenant.key })).body.events;
    expect(after.filter((event: { sender: string }) => event.sender === sender.name)).toEqual([]);
  });

  it("is for operators' keys with the scope admin, and for phones", async () => {
    const own = await newKey(house.db, tenant.accountId, ['admin']);
    expect((await erase(newPhone(), own)).status).toBe(403);
    expect((await erase(newPhone(), await newKey(house.db, null, ['messages:read', 'phones:read']))).status).toBe(403);
    expect(await erase('12')).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '#/phone', code: 'invalid-phone' }] },
    });
    expect(await erase('89995550101')).toMatchObject({ status: 422 });
  });
});

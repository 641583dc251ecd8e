import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messageSchema } from '../../api/schemas/messages.ts';
import { problemSchema } from '../../api/schemas/problem.ts';
import { updateSender } from '../../db/sender-changes.ts';
import {
  call,
  type House,
  newKey,
  newPhone,
  newSender,
  newTenant,
  openHouse,
  post,
  SECRET_KEYS,
  type SenderInput,
  type Tenant,
  unique,
} from './house.ts';

let house: House;
let tenant: Tenant;
let sender: string;
beforeAll(async () => {
  house = await openHouse();
  tenant = await newTenant(house, { defaultCountry: 'RU' });
  sender = (await newSender(house, [tenant.accountId], { defaultCallerId: 'ACME' })).name;
});
afterAll(async () => {
  await house?.close();
});

const sms = (more: object = {}) => ({ to: '+79995550100', text: 'Hello', sender, ...more });
const rowOf = async (id: string) => (await house.db.sql`SELECT * FROM messages WHERE id = ${id}`)[0] ?? {};

describe('POST /v1/messages', () => {
  it('accepts an SMS while Temporal is away, and keeps all of it', async () => {
    const metadata = { order: 17, tags: ['a', 'ё'] };
    const { status, headers, body } = await post(house, tenant.key, sms({ validity: 600, priority: 'otp', metadata }));
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/v1/messages/${body.id}`);
    expect(messageSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({ status: 'accepted', to: '+79995550100', from: 'ACME', text: 'Hello', parts: 1 });
    expect(body).toMatchObject({ encoding: 'GSM-7', priority: 'otp', metadata, validity: 600, sendAt: null, sender });
    const row = await rowOf(body.id);
    expect(row).toMatchObject({ phone: '+79995550100', text: 'Hello', callerId: 'ACME', priority: 1, metadata });
    expect(row.ownId).toMatch(/^[a-z0-9]{4}-[a-z0-9]+$/);
  });

  it('answers as a later read does', async () => {
    const { body } = await post(house, tenant.key, sms({ sendAt: new Date(Date.now() + 60_000).toISOString() }));
    const { timeline, ...later } = (await call(house, 'GET', `/v1/messages/${body.id}`, { key: tenant.key })).body;
    expect(later).toEqual(body);
    expect(timeline).toMatchObject([{ kind: 'accepted', source: 'api', detail: { parts: 1, encoding: 'GSM-7' } }]);
  });

  it.each([
    ['8 (999) 555-01-02', '+79995550102'],
    ['79995550103', '+79995550103'],
    ['+998901112233', '+998901112233'],
  ])('reads %s in the country of the account', async (to, e164) => {
    expect((await post(house, tenant.key, sms({ to }))).body.to).toBe(e164);
  });

  it('takes a time that has passed for now, and one to come as it is', async () => {
    const past = await post(house, tenant.key, sms({ sendAt: '2020-01-31T09:00:00+03:00' }));
    expect(past.body.sendAt).toBeNull();
    const row = await rowOf(past.body.id);
    expect(row.sendAt).toEqual(row.acceptedAt);

    for (const sendAt of ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+03:00']) {
      expect(await post(house, tenant.key, sms({ sendAt })), sendAt).toMatchObject({ status: 202 });
    }

    const at = new Date(Date.now() + 3_600_000);
    const withOffset = new Date(at.getTime() + 3 * 3_600_000).toISOString().replace('Z', '+03:00');
    const future = await post(house, tenant.key, sms({ sendAt: withOffset, validity: 60 }));
    expect(future.body.sendAt).toBe(at.toISOString());
    const later = await rowOf(future.body.id);
    expect(later.sendAt).toEqual(at);
    expect(later.expiresAt.getTime()).toBe(at.getTime() + 60_000);
  });

  it('hides phone and text from a key that may not read phones', async () => {
    const blind = await newKey(house.db, tenant.accountId, ['messages:send', 'messages:read']);
    const { body } = await post(house, blind, sms({ to: '+79995550142' }));
    expect(body.to).toBe('+7******42');
    expect(body).not.toHaveProperty('text');
    const read = await call(house, 'GET', `/v1/messages/${body.id}`, { key: blind });
    expect(JSON.stringify(read.body)).not.toMatch(/9995550142|Hello/);
  });
});

describe('a request that is not valid', () => {
  const error = async (body: unknown) => {
    const { status, body: problem } = await post(house, tenant.key, body);
    expect(problemSchema.parse(problem)).toEqual(problem);
    expect({ status, code: problem.code, instance: problem.instance }).toEqual({
      status: 422,
      code: 'invalid-request',
      instance: '/v1/messages',
    });
    return problem.errors;
  };

  it.each([
    ['to', undefined, 'missing'],
    ['to', 7, 'invalid'],
    ['to', '', 'invalid'],
    ['to', '12ab', 'invalid-phone'],
    ['to', '+7999', 'invalid-phone'],
    ['text', undefined, 'missing'],
    ['text', '  \n', 'invalid'],
    ['text', 'a\0b', 'invalid'],
    ['text', 'half \ud83d', 'invalid'],
    ['text', 'x'.repeat(10_001), 'invalid'],
    ['sender', undefined, 'missing'],
    ['sender', 'nobody', 'unknown-sender'],
    ['from', 'a name that is too long', 'invalid'],
    ['sendAt', 'tomorrow', 'invalid'],
    ['sendAt', '2026-12-01T10:00:00', 'invalid'],
    ['sendAt', '2126-12-01T10:00:00Z', 'invalid'],
    ['validity', 59, 'invalid'],
    ['validity', 259_201, 'invalid'],
    ['validity', 90.5, 'invalid'],
    ['priority', 'urgent', 'invalid'],
    ['metadata', [], 'invalid'],
    ['metadata', { a: 'x'.repeat(4_096) }, 'invalid'],
    ['metadata', { a: ['\0'] }, 'invalid'],
    ['metadata', JSON.parse(`${'{"a":'.repeat(50)}1${'}'.repeat(50)}`), 'invalid'],
    ['account', 'mine', 'invalid'],
  ])('names the field: %s = %j', async (field, value, code) => {
    const errors = await error(sms({ [field]: value }));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ pointer: `#/${field}`, code });
    expect(errors[0].detail).toMatch(/\.$/);
  });

  it('names every field that is wrong, and those that do not exist with the way to mend them', async () => {
    const errors = await error({ to: 'x', text: 7, sender, send_at: 'now', 'a/b~': 1 });
    expect(errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '#/a~1b~0',
      '#/send_at',
      '#/text',
    ]);
    expect(errors).toContainEqual(
      expect.objectContaining({ pointer: '#/send_at', code: 'unknown-field', mend: 'Write sendAt.' }),
    );
  });

  it('does not tell a sender of others, or one that is archived, from one that does not exist', async () => {
    const other = await newTenant(house);
    const theirs = await newSender(house, [other.accountId]);
    const archived = await newSender(house, [tenant.accountId]);
    await house.db.sql`UPDATE senders SET archived_at = now() WHERE id = ${archived.id}`;
    const [nobody] = await error(sms({ sender: 'nobody' }));
    expect(await error(sms({ sender: theirs.name }))).toEqual([nobody]);
    expect(await error(sms({ sender: archived.name }))).toEqual([nobody]);
  });

  it.each<[string, SenderInput, object, string, string]>([
    ['more parts than the sender allows', { maxParts: 2 }, { text: 'ж'.repeat(135) }, 'text', 'too-many-parts'],
    ['no caller id where one is needed', { gateway: 'playmobile' }, {}, 'from', 'caller-id-required'],
    ['a caller id of others', { verifiedCallerIds: ['ACME'] }, { from: 'Bank' }, 'from', 'caller-id-not-verified'],
    ['a phone of others', { verifiedPhones: ['+79995550199'] }, {}, 'to', 'phone-not-verified'],
  ])('refuses %s', async (_, input, more, field, code) => {
    const { name } = await newSender(house, [tenant.accountId], input);
    const errors = await error(sms({ sender: name, ...more }));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ pointer: `#/${field}`, code });
    if (code === 'too-many-parts') expect(errors[0].detail).toContain('3 parts in UCS-2');
  });

  it('lets through what the lists of the sender name', async () => {
    const { name } = await newSender(house, [tenant.accountId], {
      verifiedCallerIds: ['Bank'],
      verifiedPhones: ['+79995550100'],
      maxParts: 2,
    });
    const { status, body } = await post(house, tenant.key, sms({ sender: name, from: 'Bank', text: 'ж'.repeat(134) }));
    expect({ status, from: body.from, parts: body.parts }).toEqual({ status: 202, from: 'Bank', parts: 2 });
  });

  it('answers a body that is not JSON, has no type or is too large', async () => {
    const send = (body: string, type = 'application/json') =>
      call(house, 'POST', '/v1/messages', { key: tenant.key, body, headers: { 'content-type': type } });
    const codes = [
      await send('{"to":'),
      await send('to=1', 'application/x-www-form-urlencoded'),
      await send(JSON.stringify({ to: 'x'.repeat(200_000) })),
      await send('[1]'),
      await send('7'),
    ].map(({ status, body }) => `${status} ${body.code}`);
    expect(codes).toEqual([
      '400 malformed-json',
      '415 unsupported-media-type',
      '413 body-too-large',
      '422 invalid-request',
      '400 malformed-json',
    ]);
  });
});

describe('an idempotency key', () => {
  const key = () => ({ 'idempotency-key': `key ${unique()}` });

  it('makes one message of a hundred requests at once', async () => {
    const headers = key();
    const answers = await Promise.all(Array.from({ length: 100 }, () => post(house, tenant.key, sms(), headers)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    const ids = new Set(answers.map(({ body }) => body.id));
    expect(ids.size).toBe(1);
    expect(answers.filter((answer) => answer.headers.get('idempotent-replayed') === 'true')).toHaveLength(99);
    const [made] = await house.db.sql`
      SELECT count(*)::int AS n FROM idempotency_keys k JOIN messages m ON m.id = k.message_id
      WHERE k.key = ${headers['idempotency-key']}`;
    expect(made?.n).toBe(1);
  });

  it('does not mind the order of the fields, nor a default that is written out', async () => {
    const headers = key();
    const first = await post(house, tenant.key, sms({ metadata: { a: 1, b: { c: 2, d: 3 } } }), headers);
    const reordered = { metadata: { b: { d: 3, c: 2 }, a: 1 }, priority: 'notice', sender, text: 'Hello' };
    const second = await post(house, tenant.key, { ...reordered, to: '+79995550100' }, headers);
    expect(second.status).toBe(202);
    expect(second.body.id).toBe(first.body.id);
  });

  it('is refused with another body, and is free in another account', async () => {
    const headers = key();
    const first = await post(house, tenant.key, sms(), headers);
    const second = await post(house, tenant.key, sms({ text: 'Hello!' }), headers);
    expect(second.status).toBe(422);
    expect(second.body).toMatchObject({ code: 'idempotency-key-reused', message: { id: first.body.id } });

    const other = await newTenant(house);
    const theirs = await newSender(house, [other.accountId]);
    const third = await post(house, other.key, sms({ sender: theirs.name }), headers);
    expect(third.status).toBe(202);
    expect(third.body.id).not.toBe(first.body.id);
  });

  it('shows the message as it stands now', async () => {
    const headers = key();
    const { body } = await post(house, tenant.key, sms(), headers);
    await call(house, 'POST', `/v1/messages/${body.id}/cancel`, { key: tenant.key });
    const again = await post(house, tenant.key, sms(), headers);
    expect({ status: again.status, message: again.body.status }).toEqual({ status: 202, message: 'cancelled' });
  });

  it('still answers with its message when the request would not be accepted any more', async () => {
    const strict = await newSender(house, [tenant.accountId]);
    const headers = key();
    const to = newPhone();
    const first = await post(house, tenant.key, sms({ sender: strict.name, to }), headers);
    await updateSender(house.db, SECRET_KEYS, strict.id, { verifiedPhones: [] });
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    expect((await post(house, tenant.key, sms({ sender: strict.name, to }))).status).toBe(422);
    const again = await post(house, tenant.key, sms({ sender: strict.name, to }), headers);
    expect({ status: again.status, id: again.body.id }).toEqual({ status: 202, id: first.body.id });
    const other = await post(house, tenant.key, sms({ sender: strict.name, to, text: 'Other' }), headers);
    expect(other.body.code).toBe('idempotency-key-reused');
  });

  it.each(['ключ', 'a\tb', 'x'.repeat(256)])('must be printable and not too long: %j', async (value) => {
    const headers = { 'idempotency-key': Buffer.from(value).toString('latin1') };
    const { status, body } = await post(house, tenant.key, sms(), headers);
    expect(status).toBe(422);
    expect(body.errors[0]).toMatchObject({ header: 'Idempotency-Key', code: 'invalid' });
  });
});

describe('the log', () => {
  it('names routes and ids, and no phone, text or key', async () => {
    const { body } = await post(house, tenant.key, sms({ to: '+79995550177', text: 'a secret text' }));
    await call(house, 'GET', '/v1/messages?phone=%2B79995550177', { key: tenant.key });
    await call(house, 'GET', `/v1/messages/${body.id}`, { key: tenant.key });
    const lines = house.logged();
    expect(lines).toContain('"route":"/v1/messages/:id"');
    expect(lines).not.toMatch(/9995550177|a secret text/);
    expect(lines).not.toContain(tenant.key);
  });
});

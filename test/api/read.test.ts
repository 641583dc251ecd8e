import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messagePageSchema, messageWithTimelineSchema } from '../../api/schemas/messages.ts';
import { claimSend, recordSend } from '../../db/claims.ts';
import type { Outcome } from '../../sms/outcome.ts';
import {
  type Answer,
  call,
  type House,
  newKey,
  newPhone,
  newSender,
  newTenant,
  openHouse,
  post,
  type Tenant,
} from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(async () => {
  await house?.close();
});

async function newMessage(tenant: Tenant, sender: string, more: object = {}): Promise<string> {
  const { status, body } = await post(house, tenant.key, { to: newPhone(), text: 'Hello', sender, ...more });
  expect(status).toBe(202);
  return body.id;
}

async function submit(id: string, outcome: Outcome): Promise<void> {
  const claim = await claimSend(house.db, id, { repeatWithinS: null, probe: false });
  if (claim.verdict !== 'claimed') throw new Error(claim.verdict);
  await recordSend(house.db, id, claim.attempt, outcome, { evidence: { reach: 'answered' }, idPhone: '' });
}

const idsOf = ({ body }: Answer) => body.messages.map(({ id }: { id: string }) => id);

describe('GET /v1/messages/:id', () => {
  it('tells every event with its time and source, and hides the phone in what a gateway wrote', async () => {
    const tenant = await newTenant(house);
    const { name } = await newSender(house, [tenant.accountId]);
    const id = await newMessage(tenant, name, { to: '+79995551234' });
    const detail = 'number 89995551234 (+79995551234) is not in service';
    await submit(id, { kind: 'refused', class: 'invalid-recipient', code: '6', detail, optOut: false });

    const { body } = await call(house, 'GET', `/v1/messages/${id}`, { key: tenant.key });
    expect(messageWithTimelineSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({
      status: 'rejected',
      source: 'answer',
      cause: detail,
      errorClass: 'invalid-recipient',
    });
    expect(body).toMatchObject({ errorCode: '6', attempts: 1 });
    expect(body.timeline.map(({ kind, source }: Record<string, string>) => [kind, source])).toEqual([
      ['accepted', 'api'],
      ['attempt', 'worker'],
      ['outcome', 'worker'],
      ['final', 'answer'],
    ]);
    const times = body.timeline.map(({ at }: { at: string }) => at);
    expect(times).toEqual([...times].sort());

    const blind = await newKey(house.db, tenant.accountId, ['messages:read']);
    const masked = await call(house, 'GET', `/v1/messages/${id}`, { key: blind });
    expect(masked.body.cause).toBe('number +7******34 (+7******34) is not in service');
    expect(JSON.stringify(masked.body)).not.toContain('9995551234');
  });

  it.each(['nothing', '01900000-0000-7000-8000-000000000000', '%00', "'; --"])('is 404 for %s', async (id) => {
    const { key } = await newTenant(house);
    const { status, body } = await call(house, 'GET', `/v1/messages/${id}`, { key });
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'not-found' });
  });
});

describe('GET /v1/messages', () => {
  it('goes through all messages, newest first, page by page', async () => {
    const tenant = await newTenant(house);
    const { name } = await newSender(house, [tenant.accountId]);
    const made: string[] = [];
    for (let i = 0; i < 7; i++) made.push(await newMessage(tenant, name));

    const seen: string[] = [];
    let cursor: string | null = '';
    const sizes: number[] = [];
    while (cursor !== null) {
      const query = `?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const page = await call(house, 'GET', `/v1/messages${query}`, { key: tenant.key });
      expect(messagePageSchema.parse(page.body)).toEqual(page.body);
      seen.push(...idsOf(page));
      sizes.push(page.body.messages.length);
      cursor = page.body.nextCursor;
      // What comes in meanwhile does not shift the pages.
      if (sizes.length === 1) await newMessage(tenant, name);
    }
    expect(seen).toEqual(made.toReversed());
    expect(sizes).toEqual([3, 3, 1]);
  });

  it('filters by status, sender, phone, error and time', async () => {
    const tenant = await newTenant(house, { defaultCountry: 'RU' });
    const [one, other] = [await newSender(house, [tenant.accountId]), await newSender(house, [tenant.accountId])];
    const phone = newPhone();
    const first = await newMessage(tenant, one.name, { to: phone });
    const second = await newMessage(tenant, other.name);
    await submit(second, { kind: 'refused', class: 'blocked', detail: 'A 100% ban_word', optOut: false });
    await new Promise((resolve) => setTimeout(resolve, 5));
    const between = new Date().toISOString();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const third = await newMessage(tenant, one.name);

    const list = async (query: string) => idsOf(await call(house, 'GET', `/v1/messages?${query}`, { key: tenant.key }));
    expect(await list('')).toEqual([third, second, first]);
    expect(await list('status=rejected')).toEqual([second]);
    expect(await list('status=rejected,sent&status=cancelled')).toEqual([second]);
    expect(await list('status=accepted,rejected')).toEqual([third, second, first]);
    expect(await list('status=accepted&status=sent')).toEqual([third, first]);
    expect(await list(`sender=${one.name}`)).toEqual([third, first]);
    expect(await list(`sender=${other.id}`)).toEqual([second]);
    expect(await list(`phone=${encodeURIComponent(phone)}`)).toEqual([first]);
    expect(await list(`phone=${phone}`)).toEqual([first]);
    expect(await list(`phone=8${phone.slice(2)}`)).toEqual([first]);
    expect(await list(`error=${encodeURIComponent('100% BAN_')}`)).toEqual([second]);
    expect(await list('error=100x')).toEqual([]);
    expect(await list(`account=${tenant.accountId.toUpperCase()}`)).toEqual([third, second, first]);
    expect(await list(`from=${between}`)).toEqual([third]);
    expect(await list(`to=${between}`)).toEqual([second, first]);
    expect(await list(`status=accepted&sender=${one.name}&to=${between}`)).toEqual([first]);
  });

  it.each([
    ['status', 'lost', 'invalid'],
    ['sender', 'nobody', 'unknown-sender'],
    ['sender', '%00', 'invalid'],
    ['phone', '123', 'invalid-phone'],
    ['from', 'yesterday', 'invalid'],
    ['limit', '0', 'invalid'],
    ['limit', '501', 'invalid'],
    ['limit', 'x', 'invalid'],
    ['cursor', 'x', 'invalid'],
    ['page', '2', 'unknown-field'],
  ])('names a parameter that is wrong: %s=%s', async (parameter, value, code) => {
    const { key } = await newTenant(house);
    const { status, body } = await call(house, 'GET', `/v1/messages?${parameter}=${value}`, { key });
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ parameter, code }]);
  });
});

describe('POST /v1/messages/:id/cancel', () => {
  it('cancels what waits, also twice', async () => {
    const tenant = await newTenant(house);
    const { name } = await newSender(house, [tenant.accountId]);
    const id = await newMessage(tenant, name);
    for (const _ of [1, 2]) {
      const { status, body } = await call(house, 'POST', `/v1/messages/${id}/cancel`, { key: tenant.key });
      expect(status).toBe(200);
      expect(body).toMatchObject({ id, status: 'cancelled', source: 'api' });
    }
    const claim = await claimSend(house.db, id, { repeatWithinS: null, probe: false });
    expect(claim.verdict).toBe('final');
  });

  it('says the status of what has been submitted', async () => {
    const tenant = await newTenant(house);
    const { name } = await newSender(house, [tenant.accountId]);
    const id = await newMessage(tenant, name);
    await submit(id, { kind: 'accepted', ids: [{ id: `gw ${id}` }] });
    const { status, body } = await call(house, 'POST', `/v1/messages/${id}/cancel`, { key: tenant.key });
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'too-late', detail: 'Its status is sent.', message: { id, status: 'sent' } });
  });

  it('does not answer while a claim is open', async () => {
    const tenant = await newTenant(house);
    const { name } = await newSender(house, [tenant.accountId]);
    const id = await newMessage(tenant, name);
    const claim = await claimSend(house.db, id, { repeatWithinS: null, probe: false });
    if (claim.verdict !== 'claimed') throw new Error(claim.verdict);
    let answered = false;
    const cancelling = call(house, 'POST', `/v1/messages/${id}/cancel`, { key: tenant.key }).then((answer) => {
      answered = true;
      return answer;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(answered).toBe(false);
    const outcome: Outcome = { kind: 'not-sent', class: 'temporary', detail: 'no connection', holdSender: false };
    await recordSend(house.db, id, claim.attempt, outcome, { evidence: {}, idPhone: '' });
    expect((await cancelling).body).toMatchObject({ status: 'cancelled' });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchAnswerSchema } from '../../api/schemas/messages.ts';
import { call, type House, newSender, newTenant, openHouse, type Tenant, unique } from './house.ts';

let house: House;
let tenant: Tenant;
let sender: string;
beforeAll(async () => {
  house = await openHouse();
  tenant = await newTenant(house);
  sender = (await newSender(house, [tenant.accountId])).name;
});
afterAll(async () => {
  await house?.close();
});

const sms = (more: object = {}) => ({ to: '+79995550100', text: 'Hello', sender, ...more });
const batch = (body: unknown, headers: Record<string, string> = {}) =>
  call(house, 'POST', '/v1/messages/batch', { key: tenant.key, body, headers });

describe('POST /v1/messages/batch', () => {
  it('answers for each message in the order of the request', async () => {
    const idempotencyKey = unique();
    const first = await batch({ messages: [sms({ idempotencyKey })] });
    const { status, body } = await batch({
      messages: [
        sms({ to: '+79995550101' }),
        sms({ idempotencyKey }),
        sms({ to: 'x', text: '' }),
        sms({ idempotencyKey, text: 'other' }),
        'not an object',
        sms({ sender: 'nobody', send_at: 'now' }),
        sms({ sender: 'nobody' }),
        sms({ to: '+79995550102' }),
      ],
    });
    expect(status).toBe(200);
    expect(batchAnswerSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({ accepted: 2, repeated: 1, refused: 5 });
    expect(body.results).toMatchObject([
      { status: 'accepted', message: { to: '+79995550101' } },
      { status: 'repeated', message: { id: first.body.results[0].message.id } },
      { status: 'refused', problem: { code: 'invalid-request', errors: [{ pointer: '#/messages/2/text' }] } },
      { status: 'refused', problem: { code: 'idempotency-key-reused' } },
      { status: 'refused', problem: { errors: [{ pointer: '#/messages/4' }] } },
      { status: 'refused', problem: { errors: [{ pointer: '#/messages/5/send_at', code: 'unknown-field' }] } },
      { status: 'refused', problem: { errors: [{ pointer: '#/messages/6/sender', code: 'unknown-sender' }] } },
      { status: 'accepted', message: { to: '+79995550102' } },
    ]);
  });

  it('takes a thousand, and a repeat of the whole makes no second one', async () => {
    const messages = Array.from({ length: 1_000 }, (_, i) =>
      sms({ to: `+7999556${String(i).padStart(4, '0')}`, idempotencyKey: unique() }),
    );
    const first = await batch({ messages });
    expect(first.body).toMatchObject({ accepted: 1_000, refused: 0 });
    expect(first.body.results.map(({ message }: { message: { to: string } }) => message.to)).toEqual(
      messages.map(({ to }) => to),
    );
    const second = await batch({ messages });
    expect(second.body).toMatchObject({ accepted: 0, repeated: 1_000 });
    const ids = (answer: typeof first) => answer.body.results.map((one: { message: { id: string } }) => one.message.id);
    expect(ids(second)).toEqual(ids(first));
    const [held] = await house.db.sql`SELECT count(*)::int AS n FROM messages WHERE phone LIKE '+7999556%'`;
    expect(held?.n).toBe(1_000);
  });

  it('takes the same key twice in one batch for one message', async () => {
    const idempotencyKey = unique();
    const { body } = await batch({ messages: [sms({ idempotencyKey }), sms({ idempotencyKey })] });
    expect(body).toMatchObject({ accepted: 1, repeated: 1 });
    expect(body.results[0].message.id).toBe(body.results[1].message.id);
  });

  it.each([
    ['no list', {}, '#/messages', 'missing'],
    ['an empty list', { messages: [] }, '#/messages', 'invalid'],
    ['more than a thousand', { messages: Array(1_001).fill({}) }, '#/messages', 'invalid'],
    ['a field that does not exist', { messages: [{}], sms: 1 }, '#/sms', 'unknown-field'],
  ])('is refused as a whole with %s', async (_, body, pointer, code) => {
    const answer = await batch(body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ pointer, code }]);
  });

  it('is refused with the header of a single message, which would protect nothing', async () => {
    const answer = await batch({ messages: [sms()] }, { 'idempotency-key': unique() });
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0]).toMatchObject({ header: 'Idempotency-Key' });
  });
});

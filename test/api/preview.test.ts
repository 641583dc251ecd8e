import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { previewSchema } from '../../api/schemas/preview.ts';
import { suppressPhone } from '../../db/suppressions.ts';
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
let tenant: Tenant;
let sender: string;
beforeAll(async () => {
  house = await openHouse();
  tenant = await newTenant(house, { defaultCountry: 'RU' });
  sender = (await newSender(house, [tenant.accountId], { defaultCallerId: 'ACME', maxParts: 2 })).name;
});
afterAll(() => house?.close());

const preview = (body: unknown, key = tenant.key): Promise<Answer> =>
  call(house, 'POST', '/v1/messages/preview', { key, body });

async function previewed(body: object, key = tenant.key) {
  const answer = await preview(body, key);
  expect(answer.status).toBe(200);
  expect(previewSchema.strict().parse(answer.body)).toEqual(answer.body);
  return answer.body;
}

describe('POST /v1/messages/preview', () => {
  it('tells what would become of an SMS', async () => {
    expect(await previewed({ to: '8 (999) 555-01-01', text: 'Привет', sender })).toEqual({
      wouldBeAccepted: true,
      errors: [],
      to: '+79995550101',
      country: 'RU',
      from: 'ACME',
      sender,
      encoding: 'UCS-2',
      parts: 1,
      charactersLeft: 64,
      maxParts: 2,
      suppressedBy: [],
    });
    const other = await previewed({ to: '+998901112233', text: 'Hi', sender, from: 'Bank', priority: 'otp' });
    expect(other).toMatchObject({ country: 'UZ', from: 'Bank', encoding: 'GSM-7', charactersLeft: 158 });
  });

  it.each([
    ['a'.repeat(160), 1, 0],
    ['a'.repeat(161), 2, 145],
    ['€'.repeat(80), 1, 0],
    ['€'.repeat(81), 2, 143],
    ['ж'.repeat(70), 1, 0],
    ['ж'.repeat(71), 2, 63],
    [`${'ж'.repeat(66)}🙂${'ж'.repeat(10)}`, 2, 55],
  ])('counts what is left of the last part: %s', async (text, parts, charactersLeft) => {
    expect(await previewed({ to: newPhone(), text, sender })).toMatchObject({ parts, charactersLeft });
    const full = await previewed({ to: newPhone(), text: text + 'a'.repeat(charactersLeft), sender });
    expect(full).toMatchObject({ parts, charactersLeft: 0 });
  });

  it.each([
    [{ to: '12' }],
    [{ text: 'a'.repeat(400) }],
    [{ sender: 'nobody' }],
    [{ from: 'a name that is too long' }],
    [{ to: undefined, text: 7, validity: 1, other: 1 }],
    [{ sendAt: 'tomorrow', metadata: [] }],
  ])('says what posting it would be refused for: %j', async (more) => {
    const body = { to: newPhone(), text: 'Hello', sender, ...more };
    const refused = await post(house, tenant.key, body);
    expect(refused.status).toBe(422);
    const { wouldBeAccepted, errors } = await previewed(body);
    expect(wouldBeAccepted).toBe(false);
    expect(errors).toEqual(refused.body.errors);
  });

  it('looks at what is there of a message that is still being written', async () => {
    expect(await previewed({ text: 'Hello' })).toMatchObject({
      wouldBeAccepted: false,
      errors: [
        { pointer: '#/to', code: 'missing' },
        { pointer: '#/sender', code: 'missing' },
      ],
      to: null,
      sender: null,
      encoding: 'GSM-7',
      parts: 1,
      charactersLeft: 155,
    });
    expect(await previewed({ to: newPhone(), text: '' })).toMatchObject({ country: 'RU', parts: null, encoding: null });
    // Several things that are wrong are all said, those of the form and those of the sender.
    const { errors } = await previewed({ to: 'x', text: 'ж'.repeat(200), sender, validity: 1 });
    expect(errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['#/validity', '#/to', '#/text']);
  });

  it('names the suppress lists that the phone is on, of the account and of all', async () => {
    const other = await newTenant(house);
    const [own, all, theirs] = [newPhone(), newPhone(), newPhone()];
    const put = (phone: string, accountIds: string[], global: boolean) =>
      suppressPhone(house.db, { phone, accountIds, global, source: 'operator', reason: 'asked by letter' });
    await put(own, [tenant.accountId, other.accountId], false);
    await put(all, [], true);
    await put(theirs, [other.accountId], false);
    const listsOf = async (to: string) => (await previewed({ to, text: 'Hello', sender })).suppressedBy;
    const entry = { source: 'operator', reason: 'asked by letter', since: expect.any(String) };
    expect(await listsOf(own)).toEqual([{ list: 'account', ...entry }]);
    expect(await listsOf(all)).toEqual([{ list: 'global', ...entry }]);
    expect(await listsOf(theirs)).toEqual([]);
  });

  it('masks the phone for a key that may not read phones', async () => {
    const blind = await newKey(house.db, tenant.accountId, ['messages:send']);
    expect((await previewed({ to: '+79995550142', text: 'Hello', sender }, blind)).to).toBe('+7******42');
  });

  it('is for an account, which an operator names', async () => {
    const operator = await newKey(house.db, null, ['messages:send']);
    const message = { to: newPhone(), text: 'Hello', sender };
    expect((await preview(message, operator)).body.code).toBe('account-required');
    expect((await preview({ ...message, account: 7 }, operator)).status).toBe(422);
    expect(await previewed({ ...message, account: tenant.accountId }, operator)).toMatchObject({
      wouldBeAccepted: true,
    });
    const other = await newTenant(house);
    expect(await previewed(message, other.key)).toMatchObject({ sender: null, from: null, maxParts: null });
  });

  it('writes nothing and draws no reference', async () => {
    const own = await newSender(house, [tenant.accountId]);
    const sequence = `ref_${own.gatewayAccountId.replaceAll('-', '')}`;
    const state = async () => {
      const [row] = await house.db.sql`
        SELECT (SELECT count(*)::int FROM messages) AS messages, (SELECT count(*)::int FROM message_events) AS events,
          (SELECT count(*)::int FROM gateway_messages) AS ids, (SELECT count(*)::int FROM audit_log) AS audit,
          last_value, is_called FROM ${house.db.sql(sequence)}`;
      return row;
    };
    const before = await state();
    for (let i = 0; i < 3; i++) await previewed({ to: newPhone(), text: 'Hello', sender: own.name });
    expect(await state()).toEqual(before);
  });
});

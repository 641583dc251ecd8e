import { describe, expect, it } from 'vitest';
import { get, PHONE, post, sample, send2, send3 } from './infobip-kit.ts';
import { start } from './kit.ts';

describe('Infobip send, v3', () => {
  it('answers the sample as documented', async () => {
    const simulator = await start();
    const { status, body } = await send3(simulator, sample());
    expect(status).toBe(200);
    expect(body).toEqual({
      bulkId: expect.stringMatching(/^\d{19}$/),
      messages: [
        {
          messageId: 'wf-7f3a-1',
          status: {
            groupId: 1,
            groupName: 'PENDING',
            id: 26,
            name: 'PENDING_ACCEPTED',
            description: 'Message sent to next instance',
          },
          destination: PHONE,
          details: { messageCount: 1 },
        },
      ],
    });
    expect((await simulator.handset(PHONE)).sms).toMatchObject([{ text: 'Код 4821', sender: 'ACME', id: 'wf-7f3a-1' }]);
  });

  it('makes an id of its own, larger than 2^53, where none is given; none is used twice', async () => {
    const simulator = await start();
    const one = { messages: [{ destinations: [{ to: PHONE }, { to: '79995550102' }], content: { text: 'a' } }] };
    const { body } = await send3(simulator, one);
    const ids = body.messages.map((it: { messageId: string }) => it.messageId);
    expect(BigInt(ids[0] ?? 0) > 2n ** 53n).toBe(true);
    expect(new Set(ids).size).toBe(2);
  });

  it('judges each destination alone', async () => {
    const simulator = await start();
    const to = (...phones: string[]) => phones.map((phone) => ({ to: phone }));
    const { status, body } = await send3(simulator, {
      messages: [
        { destinations: to(PHONE, '79995550911', 'abc', ''), content: { text: 'a' } },
        { destinations: to('+79995550103'), content: { text: 'я'.repeat(1700) } },
        { sender: 'NAME-TOO-LONG', destinations: to('79995550104'), content: { text: 'a' } },
      ],
    });
    expect(status).toBe(200);
    const ids = body.messages.map((it: { status: { id: number } }) => it.status.id);
    expect(ids).toEqual([26, 52, 52, 51, 25, 11]);
    expect(body.messages[4]?.destination).toBe('79995550103');
    expect(await simulator.control('book')).toMatchObject({ counts: { accepted: 1 } });
  });

  it('refuses an own id that was taken before: status 23', async () => {
    const simulator = await start();
    await send3(simulator, sample());
    const { status, body } = await send3(simulator, sample());
    expect([status, body.messages[0].status]).toMatchObject([
      200,
      { id: 23, groupId: 5, name: 'REJECTED_DUPLICATE_MESSAGE_ID' },
    ]);
    expect((await simulator.handset(PHONE)).sms).toHaveLength(1);
  });

  it('does not count an id as used that was refused', async () => {
    const simulator = await start();
    await simulator.control('fault', { fault: 'no-balance' });
    const first = await send3(simulator, sample());
    expect(first.body.messages[0].status.id).toBe(12);
    const second = await send3(simulator, sample());
    expect(second.body.messages[0].status.id).toBe(26);
  });

  it.each([
    ['no messages', {}, 'messages'],
    ['an empty list', { messages: [] }, 'messages'],
    ['no destination', { messages: [{ content: { text: 'a' } }] }, 'messages[0].destinations'],
    ['no phone', { messages: [{ destinations: [{}], content: { text: 'a' } }] }, 'messages[0].destinations[0].to'],
    [
      'a phone as number',
      { messages: [{ destinations: [{ to: 79995550101 }], content: { text: 'a' } }] },
      'messages[0].destinations[0].to',
    ],
    [
      'a phone of 65 characters',
      { messages: [{ destinations: [{ to: '7'.repeat(65) }], content: { text: 'a' } }] },
      'messages[0].destinations[0].to',
    ],
    ['no content', { messages: [{ destinations: [{ to: PHONE }] }] }, 'messages[0].content'],
    ['the text of v2', { messages: [{ destinations: [{ to: PHONE }], text: 'a' }] }, 'messages[0].content'],
    ['an id of 201 characters', sample(PHONE, 'x'.repeat(201)), 'messages[0].destinations[0].messageId'],
    ['a relative webhook', sample(PHONE, 'x', '/hook'), 'messages[0].webhooks.delivery.url'],
    [
      'a validity of 49 hours',
      {
        messages: [
          {
            destinations: [{ to: PHONE }],
            content: { text: 'a' },
            options: { validityPeriod: { amount: 49, timeUnit: 'HOURS' } },
          },
        ],
      },
      'messages[0].options.validityPeriod.amount',
    ],
    [
      'an unknown unit of time',
      {
        messages: [
          {
            destinations: [{ to: PHONE }],
            content: { text: 'a' },
            options: { validityPeriod: { amount: 1, timeUnit: 'DAYS' } },
          },
        ],
      },
      'messages[0].options.validityPeriod.timeUnit',
    ],
    [
      'a date with a colon in the offset',
      { ...sample(), options: { schedule: { sendAt: '2030-03-05T12:00:00.000+03:00' } } },
      'options.schedule.sendAt',
    ],
  ])('answers 400 to %s', async (_, request, property) => {
    const simulator = await start();
    const { status, body } = await send3(simulator, request);
    expect(status).toBe(400);
    expect(body.errorCode).toBe('E400');
    expect(body.violations.map((it: { property: string }) => it.property)).toContain(property);
    expect(await simulator.control('book')).toMatchObject({ counts: { accepted: 0 } });
  });

  it('answers 400 to a body that is not JSON', async () => {
    const simulator = await start();
    expect(await send3(simulator, '{"messages":')).toMatchObject({ status: 400, body: { errorCode: 'E400' } });
  });

  it('answers 404 to an unknown path, 401 to a wrong, revoked or missing key', async () => {
    const simulator = await start();
    expect(await get(simulator, '/sms/3/nothing')).toMatchObject({ status: 404, body: { errorCode: 'E404' } });
    await simulator.control('accounts', { wire: 'infobip', login: 'gone', revoked: true });
    for (const key of ['App wrong', 'App gone', 'nonsense']) {
      const answer = await post(simulator, '/sms/3/messages', sample(), key);
      expect(answer).toMatchObject({ status: 401, body: { errorCode: 'E401' } });
    }
  });

  it('takes Basic, IBSSO and Bearer too', async () => {
    const simulator = await start();
    const keys = [`Basic ${Buffer.from('u:p').toString('base64')}`, 'IBSSO t1', 'Bearer t2'];
    for (const [i, key] of keys.entries()) {
      const { body } = await post(simulator, '/sms/3/messages', sample(`7999555010${i}`), key);
      expect(body.messages[0].status.id).toBe(26);
    }
  });

  it('takes money from a balance that was set, and refuses when it is used up', async () => {
    const simulator = await start();
    await simulator.control('accounts', { wire: 'infobip', login: '0a1b2c3d-example', balance: 0.05 });
    const ids = [];
    for (const id of ['a', 'b', 'c']) ids.push((await send3(simulator, sample(PHONE, id))).body.messages[0].status.id);
    expect(ids).toEqual([26, 26, 12]);
    const { body } = await get(simulator, '/account/1/balance');
    expect(body.balance).toBeCloseTo(0.01);
    expect(body.currency).toBe('EUR');
  });
});

describe('Infobip send, v2', () => {
  const request = {
    messages: [
      {
        from: 'ACME',
        destinations: [{ to: PHONE, messageId: 'x'.repeat(205) }],
        text: 'Hello',
        validityPeriod: 10,
        intermediateReport: false,
      },
    ],
    includeSmsCountInResponse: true,
  };

  it('answers in its own field names and cuts long ids off', async () => {
    const simulator = await start();
    const { status, body } = await send2(simulator, request);
    expect(status).toBe(200);
    expect(body.messages).toMatchObject([{ messageId: 'x'.repeat(200), to: PHONE, smsCount: 1, status: { id: 26 } }]);
  });

  it('answers errors in its own shape', async () => {
    const simulator = await start();
    const tooLong = { messages: [{ ...request.messages[0], validityPeriod: 2881 }] };
    expect(await send2(simulator, tooLong)).toMatchObject({
      status: 400,
      body: {
        requestError: {
          serviceException: {
            messageId: 'BAD_REQUEST',
            validationErrors: { 'messages[0].validityPeriod': [expect.any(String)] },
          },
        },
      },
    });
    expect(await post(simulator, '/sms/2/text/advanced', request, 'App wrong')).toMatchObject({
      status: 401,
      body: { requestError: { serviceException: { messageId: 'UNAUTHORIZED' } } },
    });
  });
});

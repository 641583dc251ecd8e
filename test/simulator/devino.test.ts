import { describe, expect, it } from 'vitest';
import { type Started, start, startReceiver } from './kit.ts';

const PHONE = '79215550142';
const KEY = '11111111-2222-3333-4444-555555555555';
const HEADERS = { authorization: `Key ${KEY}`, 'content-type': 'application/json' };

type Row = Record<string, unknown>;

async function ask(simulator: Started, path: string, init: RequestInit = {}) {
  const answer = await fetch(`${simulator.url}/devino${path}`, init);
  const text = await answer.text();
  return { status: answer.status, type: answer.headers.get('content-type'), text };
}

/** The documentation's own sample. */
const MESSAGE = {
  from: 'ACME',
  to: PHONE,
  text: 'Код 4821',
  validity: 3600,
  priority: 'REALTIME',
  callbackUrl: 'https://sms.example.org/hooks/devino/9f2c',
  options: { wf: 'wf-000123' },
};

async function post(simulator: Started, body: unknown, query = '', headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const init = { method: 'POST', body: text, headers: { ...HEADERS, ...headers } };
  const answer = await ask(simulator, `/online/sms/messages${query}`, init);
  return { ...answer, body: answer.text.startsWith('{') ? JSON.parse(answer.text) : undefined };
}

const sendOnline = (simulator: Started, ...changes: Row[]) =>
  post(simulator, { messages: changes.map((it) => ({ ...MESSAGE, ...it })) });

describe('Devino online send', () => {
  it('answers the sample as documented', async () => {
    const simulator = await start();
    const answer = await sendOnline(simulator, {});
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      result: [{ code: 'OK', messageId: expect.stringMatching(/^\d{19}$/), segmentsId: null }],
    });
    expect((await simulator.handset(PHONE)).sms).toMatchObject([{ text: 'Код 4821', sender: 'ACME', login: KEY }]);
  });

  it('gives the ids of parts where asked', async () => {
    const simulator = await start();
    const messages = [{ ...MESSAGE, text: 'я'.repeat(71) }];
    const { body } = await post(simulator, { messages }, '?includeSegmentId=true');
    const [{ messageId, segmentsId }] = body.result;
    expect(segmentsId).toHaveLength(2);
    expect(new Set([messageId, ...segmentsId]).size).toBe(3);
    const [next] = (await sendOnline(simulator, {})).body.result;
    expect(segmentsId).not.toContain(next.messageId);
  });

  it('answers every message by itself, in their order', async () => {
    const simulator = await start();
    const phones = ['79215550911', '+79215550143', PHONE, '79215550912', '79215550913', '79215550144'];
    const { body } = await sendOnline(simulator, ...phones.map((to) => ({ to })));
    expect(body.result.map((it: { code: string; reasons?: Row[] }) => it.reasons?.[0] ?? it.code)).toEqual([
      { key: 'invalid', ref: 'messages[0].to' },
      { key: 'invalid', ref: 'messages[1].to' },
      'OK',
      { key: 'forbidden', ref: 'messages[3].to' },
      { key: 'billing.error', ref: null },
      'OK',
    ]);
    expect((await simulator.handset('79215550144')).sms).toHaveLength(1);
    expect(await simulator.control('book')).toMatchObject({ counts: { accepted: 2 } });
  });

  it('takes every repeat as a second SMS, and never reports', async () => {
    const [simulator, receiver] = [await start(), await startReceiver()];
    await simulator.control('accounts', { wire: 'devino', login: KEY, hooks: { reports: receiver.url } });
    for (let n = 0; n < 2; n += 1) await sendOnline(simulator, { callbackUrl: receiver.url });
    await simulator.quiet();
    expect((await simulator.handset(PHONE)).sms).toMatchObject([{ status: 'delivered' }, { status: 'delivered' }]);
    expect(receiver.received).toEqual([]);
    const poll = { method: 'POST', headers: HEADERS, body: '{}' };
    expect((await ask(simulator, '/online/sms-stat/statuses/get-by-ids', poll)).status).toBe(404);
  });

  it.each([
    ['no sender', { from: undefined }, 'must.be.not.null', 'from'],
    ['a sender of 12 letters', { from: 'ACMECOMPANYS' }, 'invalid', 'from'],
    ['a Cyrillic sender', { from: 'АКМЕ' }, 'invalid', 'from'],
    ['a sender that is not agreed', { from: 'OTHER' }, 'forbidden', 'from'],
    ['no recipient', { to: '' }, 'must.be.not.null', 'to'],
    ['a recipient as number', { to: 79215550142 }, 'invalid', 'to'],
    ['no text', { text: undefined }, 'must.be.not.null', 'text'],
    ['a long Cyrillic text', { text: 'я'.repeat(17086) }, 'length.too.long', 'text'],
    ['a long Latin text', { text: 'a'.repeat(34171) }, 'length.too.long', 'text'],
    ['a validity of four days', { validity: 345_600 }, 'invalid', 'validity'],
    ['a validity in digits', { validity: '3600' }, 'invalid', 'validity'],
    ['a numeric priority', { priority: 3 }, 'invalid', 'priority'],
    ['a priority in lower case', { priority: 'high' }, 'invalid', 'priority'],
    ['a local time', { scheduledTime: '2024-09-09T08:52:27+03:00' }, 'invalid', 'scheduledTime'],
    ['a callback that is no URL', { callbackUrl: 'sms.example.org' }, 'invalid', 'callbackUrl'],
    ['own data that is no text', { options: { wf: 5 } }, 'invalid', 'options'],
    ['a misspelt field', { callback_url: 'https://sms.example.org/' }, 'invalid', 'callback_url'],
  ])('rejects %s', async (_, changes, key, ref) => {
    const simulator = await start();
    await simulator.control('accounts', { wire: 'devino', login: KEY, options: { senders: 'ACME,79210000000' } });
    const { status, body } = await sendOnline(simulator, changes);
    expect([status, body]).toEqual([
      200,
      {
        result: [
          {
            code: 'REJECTED',
            description: expect.any(String),
            reasons: [{ key, ref: `messages[0].${ref}` }],
          },
        ],
      },
    ]);
    expect(await simulator.control('book')).toMatchObject({ counts: { accepted: 0 } });
  });

  it('refuses as a whole what it cannot read or let in', async () => {
    const simulator = await start();
    const wrong = { authorization: 'Key wrong' };
    const bearer = { authorization: `Bearer ${KEY}` };
    const refusal = async (body: unknown, query?: string, headers?: Record<string, string>) => {
      const answer = await post(simulator, body, query, headers);
      expect(answer.body.result).toBeUndefined();
      return [answer.status, answer.body.reasons[0].key, answer.body.reasons[0].ref];
    };
    const good = { messages: [MESSAGE] };
    expect(await refusal(good, '', wrong)).toEqual([401, 'forbidden', 'authorization']);
    expect(await refusal(good, '', bearer)).toEqual([401, 'forbidden', 'authorization']);
    expect(await refusal({ messages: [{ ...MESSAGE, to: '79215550914' }] })).toEqual([
      401,
      'forbidden',
      'authorization',
    ]);
    expect(await refusal(MESSAGE)).toEqual([400, 'must.be.not.null', 'messages']);
    expect(await refusal('{"messages":')).toEqual([400, 'invalid', 'body']);
    expect(await refusal(good, '', { 'content-type': 'text/plain' })).toEqual([400, 'invalid', 'body']);
    expect(await refusal(good, '?includeSegmentId=1')).toEqual([400, 'invalid', 'includeSegmentId']);
    const many = { messages: Array.from({ length: 32_001 }, () => ({})) };
    expect(await refusal(many)).toEqual([400, 'too.many.messages', 'messages']);
    const basic = { authorization: `Basic ${Buffer.from('acme:s3cret').toString('base64')}` };
    expect((await post(simulator, good, '', basic)).body.result[0].code).toBe('OK');
  });

  it('has one result instead of a list, and bare references, where set', async () => {
    const simulator = await start();
    await simulator.control('accounts', { wire: 'devino', login: KEY, unusual: true });
    expect((await sendOnline(simulator, {})).body).toMatchObject({ result: { code: 'OK' } });
    const { body } = await sendOnline(simulator, { to: '79215550911' });
    expect(body.result.reasons).toEqual([{ key: 'invalid', ref: 'to' }]);
  });

  it('leaves out the id, says 429 and 503, and tells the balance with its zeros', async () => {
    const simulator = await start();
    expect((await sendOnline(simulator, { to: '79215550939' })).body).toEqual({
      result: [{ code: 'OK', segmentsId: null }],
    });
    expect((await sendOnline(simulator, { to: '79215550921' })).status).toBe(429);
    expect((await sendOnline(simulator, { to: '79215550923' })).status).toBe(503);
    const path = '/online/billing-api/companies/current/account';
    await simulator.control('accounts', { wire: 'devino', login: KEY, balance: 512.4, options: { isBlocked: true } });
    const { text } = await ask(simulator, path, { headers: HEADERS });
    expect(text).toContain('"balance":512.4000,');
    expect(JSON.parse(text)).toMatchObject({
      result: { account: { companyId: 10001, balance: 512.4, isBlocked: true }, validPacketChannels: [] },
    });
  });
});

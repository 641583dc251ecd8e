import { describe, expect, it } from 'vitest';
import type { Asked } from '../../gateways/gateway.ts';
import { smsimple } from '../../gateways/smsimple.ts';
import { outcomeOf } from '../../sms/outcome.ts';
import { answer, SMS as NAMED, requestOf } from './kit.ts';

const SETTINGS = smsimple.settings.parse({ login: 'acme', password: 's3cret' });
const SMS = { ...NAMED, callerId: '53001' };
const SESSION = '5f1c9a';

const read = (status: number, body: string, headers = {}) =>
  smsimple.readSend(answer(status, body, headers), SMS, SETTINGS);

function callOf(method: string, members: string): string {
  return (
    `<?xml version="1.0" encoding="utf-8"?><methodCall><methodName>${method}</methodName><params><param><value>` +
    `<struct>${members}</struct></value></param></params></methodCall>`
  );
}

function member(name: string, value: string): string {
  return `<member><name>${name}</name><value>${value}</value></member>`;
}

/** As the documentation prints it, with its line breaks. */
function resultOf(result: string, info = '<string></string>'): string {
  return `<?xml version="1.0"?>
<methodResponse><params><param><value><struct>
${member('result', result)}
${member('info', info)}
</struct></value></param></params></methodResponse>`;
}

function faultOf(text: string, code = '<int>4</int>'): string {
  return `<?xml version="1.0"?>
<methodResponse><fault><value><struct>
${member('faultCode', code)}
${member('faultString', `<string>${text}</string>`)}
</struct></value></fault></methodResponse>`;
}

function counts(of: Record<string, number | string>): string {
  const members = Object.entries(of).map(([name, value]) => member(name, `<int>${value}</int>`));
  return resultOf(`<struct>${members.join('')}</struct>`);
}

describe('smsimple requests', () => {
  it('logs in with one struct of login and password', () => {
    expect(smsimple.login?.(SETTINGS)).toEqual({
      method: 'POST',
      url: 'http://api.smsimple.ru/',
      headers: { 'content-type': 'text/xml; charset=UTF-8' },
      body: callOf(
        'pajm.user.auth',
        member('username', '<string>acme</string>') + member('password', '<string>s3cret</string>'),
      ),
    });
  });

  it('sends one SMS in the session, with the number of the sender name and a real boolean', () => {
    expect(smsimple.send(SMS, SETTINGS, SESSION)).toEqual({
      method: 'POST',
      url: 'http://api.smsimple.ru/',
      headers: { 'content-type': 'text/xml; charset=UTF-8' },
      body: callOf(
        'pajm.sms.send',
        member('session_id', '<string>5f1c9a</string>') +
          member('origin_id', '<int>53001</int>') +
          member('phone', '<string>79995550142</string>') +
          member('message', '<string>Код 4821</string>') +
          member('multiple', '<boolean>0</boolean>'),
      ),
    });
  });

  it('sends nil for the main name of the account where there is no caller id', () => {
    const { callerId: _, ...nameless } = SMS;
    expect(requestOf(smsimple.send(nameless, SETTINGS, SESSION)).body).toContain(
      member('origin_id', '<nil/>') + member('phone', '<string>79995550142</string>'),
    );
  });

  it.each(['ACME', '53001x', '+53001', '053001', '-1', '1.5', '2147483648', ' 53001', '٥٣'])(
    'refuses the caller id %j and says what it must be',
    (callerId) => {
      expect(smsimple.send({ ...SMS, callerId }, SETTINGS, SESSION)).toEqual({
        refuse: 'sender-not-allowed',
        detail: expect.stringMatching(/number of a sender name.*such as 53001/),
      });
    },
  );

  it.each(['0', '7', '2147483647'])('takes the caller id %s', (callerId) => {
    expect(requestOf(smsimple.send({ ...SMS, callerId }, SETTINGS, SESSION)).body).toContain(`<int>${callerId}</int>`);
  });

  it('escapes what XML would read as its own', () => {
    const text = 'Tom & <Jerry> ]]> "x" \r\n\t😀';
    expect(requestOf(smsimple.send({ ...SMS, text }, SETTINGS, SESSION)).body).toContain(
      '<string>Tom &amp; &lt;Jerry&gt; ]]&gt; "x" &#13;\n\t😀</string>',
    );
    const login = smsimple.login?.({ ...SETTINGS, login: 'a&b', password: '<&>' });
    expect(login?.body).toContain('<string>a&amp;b</string>');
    expect(login?.body).toContain('<string>&lt;&amp;&gt;</string>');
  });

  it.each(['page\fbreak', '\u0000', 'half \ud800', '\uffff'])('refuses the text %j, which XML cannot carry', (text) => {
    expect(smsimple.send({ ...SMS, text }, SETTINGS, SESSION)).toMatchObject({ refuse: 'invalid-request' });
  });

  it('asks for one status and for the balance', () => {
    const asked: Asked[] = [{ ids: [{ id: '46370001' }], phone: SMS.phone, ref: SMS.ref }];
    expect(smsimple.poll?.(asked, SETTINGS, SESSION)).toMatchObject({
      method: 'POST',
      url: 'http://api.smsimple.ru/',
      body: callOf(
        'pajm.sms.get_delivery',
        member('session_id', '<string>5f1c9a</string>') + member('sms_id', '<int>46370001</int>'),
      ),
    });
    const long: Asked[] = [{ ids: [{ id: '9007199254740993' }], phone: SMS.phone, ref: SMS.ref }];
    expect(smsimple.poll?.(long, SETTINGS, SESSION).body).toContain('<string>9007199254740993</string>');
    expect(smsimple.balance?.(SETTINGS, SESSION)).toMatchObject({
      body: callOf('pajm.user.get_balance', member('session_id', '<string>5f1c9a</string>')),
    });
  });
});

describe('smsimple settings', () => {
  it('calls the address as it is set, and names the account by host and login', () => {
    const at = (url: string) => smsimple.settings.parse({ url, login: 'acme', password: 'x' });
    expect(requestOf(smsimple.send(SMS, at('https://api.smsimple.ru'), SESSION)).url).toBe('https://api.smsimple.ru/');
    expect(requestOf(smsimple.send(SMS, at('http://127.0.0.1:7004/rpc'), SESSION)).url).toBe(
      'http://127.0.0.1:7004/rpc',
    );
    expect(smsimple.accountKey(SETTINGS)).toBe('api.smsimple.ru/acme');
    expect(smsimple.accountKey(at('https://api.smsimple.ru'))).toBe('api.smsimple.ru/acme');
  });

  it.each([
    {},
    { login: 'acme' },
    { password: 'x' },
    { login: '', password: 'x' },
    { login: 'a\u0000', password: 'x' },
  ])('does not take %o', (settings) => {
    expect(smsimple.settings.safeParse(settings).success).toBe(false);
  });

  it('promises no more than the wire can do', () => {
    expect(smsimple.traits(SETTINGS)).toEqual({
      repeat: 'unsafe',
      lookup: 'gateway-id',
      pollLimit: { idsPerRequest: 1, minGapS: 1 },
      idScope: 'account',
      reports: 'poll',
      inbound: 'none',
      validity: 'account',
      callerId: 'optional',
    });
    expect(smsimple.readHook).toBeUndefined();
  });
});

describe('smsimple logins', () => {
  const logIn = (status: number, body: string) => smsimple.readLogin?.(answer(status, body), SETTINGS);
  const session = `<struct>${member('session_id', '<string>5f1c9a</string>')}</struct>`;

  it('reads the session, with or without an info', () => {
    expect(logIn(200, resultOf(session))).toEqual({ session: '5f1c9a' });
    expect(logIn(200, resultOf(session, '<int>0</int>'))).toEqual({ session: '5f1c9a' });
    expect(logIn(200, resultOf(session).replace(/<member><name>info.*/, ''))).toEqual({ session: '5f1c9a' });
    expect(logIn(200, resultOf(`<struct>${member('session_id', '5f1c9a')}</struct>`))).toEqual({ session: '5f1c9a' });
  });

  it.each([
    ['a fault', faultOf('Неверный логин или пароль')],
    ['an info', resultOf(session, '<string>Доступ закрыт</string>')],
    ['an empty result', resultOf('<string></string>')],
    ['an empty struct', resultOf('<struct></struct>')],
    ['nil', resultOf('<nil/>')],
    ['false', resultOf('<boolean>0</boolean>')],
    ['no result', resultOf('').replace(/<member><name>result.*/, '')],
    ['an empty session', resultOf(`<struct>${member('session_id', '<string/>')}</struct>`)],
  ])('takes %s for a wrong login', (_, body) => {
    expect(logIn(200, body)).toMatchObject({ error: 'auth', detail: expect.stringMatching(/./) });
  });

  it.each([
    [500, '', 'temporary'],
    [502, resultOf(session), 'temporary'],
    [200, '<html>busy</html>', 'temporary'],
    [200, '', 'temporary'],
    [404, resultOf(session), 'temporary'],
    [200, faultOf('Internal error'), 'temporary'],
    [403, '', 'auth'],
    [429, '', 'rate-limited'],
  ])('reads HTTP %i %s as %s', (status, body, error) => {
    expect(logIn(status, body)).toMatchObject({ error });
  });
});

describe('smsimple answers to a send', () => {
  it.each([
    ['the id', resultOf('<int>46370001</int>')],
    ['an i4', resultOf('<i4>46370001</i4>')],
    ['text', resultOf('<string> 46370001 </string>')],
    ['bare text', resultOf('46370001')],
    ['a list of one', resultOf('<array><data><value><int>46370001</int></value></data></array>')],
    ['an info that is 0', resultOf('<int>46370001</int>', '<int>0</int>')],
    ['an info that is false', resultOf('<int>46370001</int>', '<boolean>0</boolean>')],
    ['an info that is nil', resultOf('<int>46370001</int>', '<nil/>')],
    ['an empty list of infos', resultOf('<int>46370001</int>', '<array><data/></array>')],
    ['no info', resultOf('<int>46370001</int>').replace(/<member><name>info.*/, '')],
    [
      'another order',
      resultOf('').replace(/<member>[\s\S]*<\/member>/, member('info', '') + member('result', '46370001')),
    ],
  ])('takes %s for accepted', (_, body) => {
    expect(read(200, body)).toEqual({ kind: 'accepted', ids: [{ id: '46370001' }] });
  });

  it('keeps an id beyond 2^53 whole', () => {
    expect(read(200, resultOf('<i8>9007199254740993</i8>'))).toEqual({
      kind: 'accepted',
      ids: [{ id: '9007199254740993' }],
    });
  });

  it.each([
    ['Исчерпан баланс', 'no-balance'],
    ['Недостаточно средств на счёте', 'no-balance'],
    ['Not enough balance', 'no-balance'],
    ['Неверный телефон', 'invalid-recipient'],
    ['Неверный номер абонента', 'invalid-recipient'],
    ['Bad phone', 'invalid-recipient'],
    ['Подпись не найдена', 'sender-not-allowed'],
    ['Wrong origin_id', 'sender-not-allowed'],
    ['Сообщение отклонено', 'unknown'],
  ])('reads the text "%s" as %s, in a fault and in an info', (text, errorClass) => {
    const expected = { kind: 'error', class: errorClass, detail: text, notTaken: true };
    expect(read(200, faultOf(text))).toEqual({ ...expected, code: '4' });
    expect(read(200, resultOf('', `<string>${text}</string>`))).toEqual(expected);
    expect(read(200, resultOf('<int>0</int>', text))).toEqual(expected);
    expect(read(400, faultOf(text, ''))).toEqual(expected);
  });

  it.each(['Неверная сессия', 'Session expired', 'Invalid session_id'])(
    'takes "%s" for the end of the session',
    (text) => {
      expect(read(200, faultOf(text))).toEqual({ kind: 'session-lost' });
      expect(read(200, resultOf('', text))).toEqual({ kind: 'session-lost' });
    },
  );

  it('is not sure after a failure inside SMSimple', () => {
    expect(read(200, faultOf('Internal server error'))).toMatchObject({ class: 'temporary', notTaken: false });
    expect(read(200, faultOf('Внутренняя ошибка: нет баланса'))).toMatchObject({ class: 'temporary', notTaken: false });
  });

  it('refuses what it has no word for, and never holds the sender for it', () => {
    const told = read(200, faultOf('Запрещено'));
    expect(outcomeOf({ reach: 'answered', answer: told }, false)).toMatchObject({ kind: 'refused', class: 'unknown' });
    expect(read(200, '<methodResponse><fault/></methodResponse>')).toMatchObject({ class: 'unknown', notTaken: true });
    expect(read(200, resultOf('', `<struct>${member('a', 'баланс')}</struct>`))).toMatchObject({ class: 'no-balance' });
  });

  it('does not know what an id together with an error means', () => {
    expect(read(200, resultOf('<int>46370001</int>', '<string>Исчерпан баланс</string>'))).toEqual({
      kind: 'unreadable',
      detail: 'an id together with an error: Исчерпан баланс',
    });
  });

  it.each([
    [200, ''],
    [200, 'Сообщение #46370001 отослано.'],
    [200, '{"result":46370001}'],
    [200, '<html>46370001</html>'],
    [200, resultOf('')],
    [200, resultOf('<int>0</int>')],
    [200, resultOf('<int>-1</int>')],
    [200, resultOf('<boolean>1</boolean>')],
    [200, resultOf('<nil/>')],
    [200, resultOf('<string>ok</string>')],
    [200, resultOf('<struct></struct>')],
    [200, resultOf('<array><data><value>1</value><value>2</value></data></array>')],
    [200, '<methodResponse><params><param><value><int>46370001</int></value></param></params></methodResponse>'],
    [200, '<methodResponse><params/></methodResponse>'],
    [200, resultOf('<int>46370001</int>').slice(0, -1)],
    [200, `<!DOCTYPE methodResponse []>${resultOf('<int>1</int>').replace(/^.*\n/, '')}`],
    [404, resultOf('<int>46370001</int>')],
  ])('does not understand HTTP %i %s', (status, body) => {
    expect(read(status, body)).toMatchObject({ kind: 'unreadable' });
  });

  it.each([500, 502, 503, 504, 408])('takes a bare HTTP %i for no answer', (status) => {
    expect(read(status, resultOf('<int>46370001</int>'))).toMatchObject({ class: 'temporary', notTaken: false });
    expect(read(status, faultOf('Исчерпан баланс'))).toMatchObject({ class: 'temporary', notTaken: false });
  });

  it('is not led astray by nesting', () => {
    const deep = '<value><array><data>'.repeat(5000) + '</data></array></value>'.repeat(5000);
    expect(read(200, resultOf(deep))).toMatchObject({ kind: 'unreadable' });
  });
});

describe('smsimple statuses', () => {
  const asked: Asked[] = [{ ids: [{ id: '46370001' }], phone: SMS.phone, ref: SMS.ref }];
  const poll = (body: string, status = 200) => smsimple.readPoll?.(answer(status, body), asked, SETTINGS);
  const row = (count: number, delivered: number, failed: number, delayed: number) => ({
    sms_id: 46370001,
    sms_count: count,
    sms_delivered: delivered,
    sms_failed: failed,
    sms_delayed: delayed,
  });

  it.each([
    [1, 1, 0, 0, 'delivered'],
    [3, 3, 0, 0, 'delivered'],
    [1, 0, 0, 1, 'sent'],
    [3, 2, 0, 1, 'sent'],
    [3, 1, 1, 1, 'sent'],
    [1, 0, 1, 0, 'undelivered'],
    [3, 2, 1, 0, 'undelivered'],
    [2, 1, 0, 0, 'delivered'],
    [0, 1, 0, 0, 'delivered'],
  ])('reads %i SMS, %i delivered, %i failed, %i delayed as %s', (count, delivered, failed, delayed, status) => {
    const raw = `count ${count}, delivered ${delivered}, failed ${failed}, delayed ${delayed}`;
    expect(poll(counts(row(count, delivered, failed, delayed)))).toEqual({
      kind: 'read',
      answers: [[{ kind: 'status', report: { gatewayId: '46370001', status, raw } }]],
    });
  });

  it.each([
    ['all zero', row(0, 0, 0, 0)],
    ['one sent and nothing told', row(1, 0, 0, 0)],
    ['another id', { ...row(1, 1, 0, 0), sms_id: 46370002 }],
    ['a count that is none', { ...row(1, 1, 0, 0), sms_delayed: 'x' }],
  ])('says nothing on %s', (_, of) => {
    expect(poll(counts(of))).toEqual({ kind: 'read', answers: [[{ kind: 'nothing' }]] });
  });

  it('reads counts that are text, and those that are missing as 0', () => {
    const status = (of: Record<string, string>) => {
      const read = poll(counts(of));
      const told = read?.kind === 'read' ? read.answers[0]?.[0] : undefined;
      return told?.kind === 'status' ? told.report.status : told?.kind;
    };
    expect(status({ sms_count: '2', sms_delivered: '2' })).toBe('delivered');
    expect(status({ sms_delivered: '1' })).toBe('delivered');
    expect(status({ sms_count: '1', sms_failed: '1' })).toBe('undelivered');
    expect(status({ sms_delayed: '1' })).toBe('sent');
  });

  it('reads errors of the request', () => {
    expect(poll(resultOf('', 'Исчерпан баланс'))).toEqual({
      kind: 'error',
      class: 'no-balance',
      detail: 'Исчерпан баланс',
    });
    expect(poll('', 500)).toMatchObject({ kind: 'error', class: 'temporary' });
    expect(poll('', 403)).toMatchObject({ kind: 'error', class: 'auth' });
    expect(poll('<html>')).toMatchObject({ kind: 'unreadable' });
    expect(poll(resultOf('<int>1</int>'))).toMatchObject({ kind: 'unreadable' });
    expect(poll(counts(row(1, 1, 0, 0)), 404)).toMatchObject({ kind: 'unreadable' });
  });

  it.each([
    ['words for it', faultOf('Session expired')],
    ['words of which nobody knows the meaning', resultOf('', 'Требуется авторизация')],
    ['a fault without words', '<methodResponse><fault/></methodResponse>'],
    ['an empty result', resultOf('')],
    ['no result', resultOf('').replace(/<member><name>result.*?<\/member>/s, '')],
  ])('takes %s for the end of the session, when it asks for a status', (_, body) => {
    expect(poll(body)).toEqual({ kind: 'session-lost' });
  });
});

describe('smsimple balance', () => {
  const balance = (body: string, status = 200) => smsimple.readBalance?.(answer(status, body), SETTINGS);

  it('reads the amount', () => {
    expect(balance(resultOf('<double>512.4</double>'))).toEqual({ amount: '512.4' });
    expect(balance(resultOf('<double>0</double>'))).toEqual({ amount: '0' });
    expect(balance(resultOf('<double>-15.50</double>'))).toEqual({ amount: '-15.50' });
  });

  it('tells why there is none', () => {
    expect(balance(faultOf('Session expired'))).toEqual({ error: 'auth', detail: 'Session expired' });
    expect(balance(resultOf('', 'Нельзя'))).toEqual({ error: 'unknown', detail: 'Нельзя' });
    expect(balance(resultOf('<string>x</string>'))).toMatchObject({ error: 'unknown' });
    expect(balance('', 500)).toMatchObject({ error: 'temporary' });
  });
});

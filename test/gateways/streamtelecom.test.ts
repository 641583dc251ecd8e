import { describe, expect, it } from 'vitest';
import type { Asked, PullAsk } from '../../gateways/gateway.ts';
import { streamtelecom } from '../../gateways/streamtelecom.ts';
import { outcomeOf } from '../../sms/outcome.ts';
import { answer, formOf, hook, requestOf, SMS } from './kit.ts';

const SETTINGS = streamtelecom.settings.parse({ login: 'acme_api', password: 's3cret' });
const REPORT_URL = 'https://sms.example.com/hooks/T0KEN/reports';

const read = (status: number, body: unknown, headers = {}) =>
  streamtelecom.readSend(answer(status, body, headers), SMS, SETTINGS);

describe('streamtelecom requests', () => {
  it('sends a form with the login in it, digits for the phone and minutes of validity', () => {
    const request = requestOf(streamtelecom.send({ ...SMS, reportUrl: REPORT_URL }, SETTINGS));
    expect(request).toEqual({
      method: 'POST',
      url: 'https://gateway.api.sc/rest/Send/SendSms/',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body:
        'login=acme_api&pass=s3cret&sourceAddress=ACME&destinationAddress=79995550142&data=%D0%9A%D0%BE%D0%B4+4821' +
        '&validity=60&callback_url=https%3A%2F%2Fsms.example.com%2Fhooks%2FT0KEN%2Freports',
    });
  });

  it('names no address for reports where there is none', () => {
    expect(formOf(requestOf(streamtelecom.send(SMS, SETTINGS)))).not.toHaveProperty('callback_url');
  });

  it.each([
    [1, '1'],
    [60, '1'],
    [119, '1'],
    [3600, '60'],
    [86_400, '1440'],
    [900_000, '1440'],
  ])('turns %i s of validity into %s minutes', (validityS, validity) => {
    expect(formOf(requestOf(streamtelecom.send({ ...SMS, validityS }, SETTINGS))).validity).toBe(validity);
  });

  it('does not send without a sender', () => {
    const { callerId: _, ...nameless } = SMS;
    expect(streamtelecom.send(nameless, SETTINGS)).toMatchObject({ refuse: 'sender-not-allowed' });
  });

  it.each([
    'https://gateway.api.sc',
    'https://gateway.api.sc/',
    'https://gateway.api.sc/rest',
    'https://gateway.api.sc/rest/',
  ])('finds its paths under %s', (url) => {
    const settings = streamtelecom.settings.parse({ url, login: 'acme', password: 'x' });
    expect(requestOf(streamtelecom.send(SMS, settings)).url).toBe('https://gateway.api.sc/rest/Send/SendSms/');
    expect(streamtelecom.accountKey(settings)).toBe('gateway.api.sc/acme');
  });

  it('asks for one status and for the balance', () => {
    const asked: Asked[] = [{ ids: [{ id: '372900118' }], phone: SMS.phone, ref: SMS.ref }];
    expect(streamtelecom.poll?.(asked, SETTINGS)).toEqual({
      method: 'POST',
      url: 'https://gateway.api.sc/rest/State/state.php',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'login=acme_api&pass=s3cret&messageId=372900118',
    });
    expect(streamtelecom.balance?.(SETTINGS)).toMatchObject({
      method: 'POST',
      url: 'https://gateway.api.sc/rest/Balance/balance.php',
      body: 'login=acme_api&pass=s3cret',
    });
  });

  it('does not take settings without login and password', () => {
    for (const settings of [{}, { login: 'acme' }, { password: 'x' }, { login: 'a', password: '' }]) {
      expect(streamtelecom.settings.safeParse(settings).success).toBe(false);
    }
  });

  it('promises no more than the wire can do', () => {
    const traits = {
      repeat: 'unsafe',
      submitGapS: 60,
      lookup: 'gateway-id',
      pollLimit: { idsPerRequest: 1, minGapS: 1 },
      idScope: 'account',
      reports: 'poll',
      inbound: 'pull',
      validity: { minS: 60, maxS: 86_400, stepS: 60 },
      callerId: 'required',
    };
    expect(streamtelecom.traits(SETTINGS)).toEqual(traits);
    expect(streamtelecom.traits({ ...SETTINGS, pullInbound: false })).toEqual({ ...traits, inbound: 'none' });
  });
});

describe('streamtelecom answers to a send', () => {
  it.each(['["372900118"]', '[372900118]', ' [ "372900118" ] ', '["372900118", "372900119"]'])(
    'takes %s for accepted',
    (body) => {
      expect(read(200, body)).toEqual({ kind: 'accepted', ids: [{ id: '372900118' }] });
    },
  );

  it('keeps an id beyond 2^53 whole', () => {
    expect(read(200, '[9007199254740993]')).toEqual({ kind: 'accepted', ids: [{ id: '9007199254740993' }] });
  });

  it.each([
    [1, 'ArgumentCanNotBeNullOrEmpty', 'invalid-request', true],
    [2, 'InvalidArgument', 'invalid-request', true],
    [2, 'InvalidArgument: destinationAddress', 'invalid-recipient', true],
    [2, 'Неверный номер', 'invalid-recipient', true],
    [3, 'InvalidSessionID', 'auth', true],
    [4, 'UnauthorizedAccess', 'auth', true],
    [5, 'NotEnoughCredits', 'no-balance', true],
    [6, 'InvalidOperation', 'invalid-request', true],
    [7, 'Forbidden', 'auth', true],
    [8, 'GatewayError', 'temporary', false],
    [9, 'InternalServerError', 'temporary', false],
    [10, 'Flood SMS', 'duplicate', true],
    [10, '', 'duplicate', true],
    [11, 'Whatever', 'unknown', true],
  ])('reads code %i "%s" as %s, under any status that leaves it to the body', (Code, Desc, errorClass, notTaken) => {
    const expected = {
      kind: 'error',
      class: errorClass,
      code: String(Code),
      ...(Desc === '' ? {} : { detail: Desc }),
      notTaken,
    };
    for (const status of [200, 400, 403, 404]) {
      expect(read(status, { Code, Desc })).toEqual(expected);
      expect(read(status, { code: String(Code), desc: Desc })).toEqual(expected);
      expect(read(status, [{ Code, Desc }])).toEqual(expected);
    }
  });

  it.each([
    ['Неправильный логин или пароль', 'auth'],
    ['Error_Invalid_Login', 'auth'],
    ['Ваш аккаунт заблокирован', 'auth'],
    ['Error_SMS_User_Disabled', 'auth'],
    ['Аккаунт заблокирован', 'auth'],
    ['Данное направление закрыто для вас', 'invalid-recipient'],
    ['Данное направление закрыто', 'invalid-recipient'],
    ['Error_User_Destination_Blocked', 'invalid-recipient'],
    ['Error_Destination_Address_Blocked', 'invalid-recipient'],
    ['Номер телефона должен быть меньше 15 символов', 'invalid-recipient'],
    ['Укажите номер телефона', 'invalid-recipient'],
    ['Error_No_Destination_Address', 'invalid-recipient'],
    ['Нет отправителя', 'invalid-request'],
    ['Error_No_Source_Address', 'invalid-request'],
    ['Нет текста сообщения', 'invalid-request'],
    ['Error_No_Text', 'invalid-request'],
    ['Error_Invalid_XML', 'invalid-request'],
    ['Error_Invalid_POST_Data', 'invalid-request'],
    ['Неправильный формат XML документа', 'invalid-request'],
    ['POST данные отсутствуют', 'invalid-request'],
    ['Нет ссылки', 'invalid-request'],
    ['Такого отправителя нет', 'sender-not-allowed'],
    ['Error_Invalid_Source_Address', 'sender-not-allowed'],
    ['Error_Source_Address_Declined', 'sender-not-allowed'],
    ['Отправитель не должен превышать 15 символов для цифровых номеров', 'sender-not-allowed'],
    ['Отправитель не прошел модерацию', 'sender-not-allowed'],
    ['Flood SMS', 'duplicate'],
    ['Error_Flood_SMS', 'duplicate'],
    ['Данное сообщение уже было отправлено.', 'duplicate'],
    ['Error_Not_Enough_Credits', 'no-balance'],
    ['Закончились SMS', 'no-balance'],
    ['Error_SMS_Declined', 'blocked'],
    ['ТЕКСТ SMS ОТКЛОНЁН МОДЕРАТОРОМ', 'blocked'],
    ['Error_Out_of_Service', 'temporary'],
    ['У нас закончились SMS.', 'temporary'],
  ])('reads the text "%s" as %s, whatever the code', (text, errorClass) => {
    const expected = { kind: 'error', class: errorClass, detail: text, notTaken: errorClass !== 'temporary' };
    expect(read(200, { Code: 6, Desc: `${text} ` })).toEqual({ ...expected, code: '6' });
    expect(read(400, { Desc: text })).toEqual(expected);
    expect(read(200, JSON.stringify(text))).toEqual(expected);
  });

  it("takes the gateway's stop list for an opt-out", () => {
    expect(read(200, { Code: 6, Desc: 'Номер телефона присутствует в стоп-листе' })).toMatchObject({
      class: 'blocked',
      optOut: true,
      notTaken: true,
    });
  });

  it('does not send again what waits at the gateway for a payment', () => {
    const kept =
      'Недостаточно средств для отправки SMS. SMS будет отправлена как только вы пополните счет по данному направлению';
    const told = read(200, { Code: 5, Desc: kept });
    expect(outcomeOf({ reach: 'answered', answer: told }, false)).toMatchObject({ kind: 'uncertain', detail: kept });
  });

  it('takes Flood SMS after an unknown outcome for the proof that the first one arrived', () => {
    const flood = read(200, { Code: 10, Desc: 'Flood SMS' });
    expect(outcomeOf({ reach: 'answered', answer: flood }, true)).toEqual({ kind: 'accepted', ids: [] });
    expect(outcomeOf({ reach: 'answered', answer: flood }, false)).toMatchObject({ kind: 'refused' });
  });

  it.each([
    [200, ''],
    [200, '[]'],
    [200, '[""]'],
    [200, '["0"]'],
    [200, '[-1]'],
    [200, '["none"]'],
    [200, '[null]'],
    [200, '[["372900118"]]'],
    [200, '{"Code":0}'],
    [200, '{"Code":0,"Desc":"OK"}'],
    [200, '{"Code":"x"}'],
    [200, '{"Desc":"Whatever"}'],
    [200, '{"id":"372900118"}'],
    [200, '372900118'],
    [200, '5'],
    [200, '"372900118"'],
    [200, '["372900118"'],
    [200, '<html>Flood SMS</html>'],
    [404, '["372900118"]'],
    [400, '{"Message":"The request is invalid."}'],
  ])('does not understand HTTP %i %s', (status, body) => {
    expect(read(status, body)).toMatchObject({ kind: 'unreadable' });
  });

  it.each([500, 502, 503, 504, 408])('is not sure after HTTP %i, whatever the body', (status) => {
    expect(read(status, ['372900118'])).toMatchObject({ class: 'temporary', notTaken: false });
    expect(read(status, { Code: 5, Desc: 'NotEnoughCredits' })).toEqual({
      kind: 'error',
      class: 'temporary',
      code: '5',
      detail: 'NotEnoughCredits',
      notTaken: false,
    });
  });

  it('keeps the meaning of 401, 403 and 429', () => {
    expect(read(401, { Code: 9, Desc: 'x' })).toMatchObject({ class: 'auth', notTaken: true });
    expect(read(403, '<html>')).toMatchObject({ class: 'auth', code: 'HTTP 403', notTaken: true });
    expect(read(429, '', { 'retry-after': '7' })).toMatchObject({ class: 'rate-limited', retryAfterS: 7 });
  });
});

describe('streamtelecom statuses', () => {
  const asked: Asked[] = [{ ids: [{ id: '372900118' }], phone: SMS.phone, ref: SMS.ref }];
  const poll = (body: unknown, status = 200) => streamtelecom.readPoll?.(answer(status, body), asked, SETTINGS);
  const report = (body: unknown) => {
    const result = poll(body);
    const told = result?.kind === 'read' ? result.answers[0]?.[0] : undefined;
    return told?.kind === 'status' ? told.report : told;
  };

  it('reads a state with its words and time', () => {
    const body =
      '{"State":0,"StateDescription":"Доставлено абоненту","ReportedDateUtc":"/Date(1718870405000)/","Price":3.2}';
    const delivered = {
      gatewayId: '372900118',
      status: 'delivered',
      raw: 'State 0',
      detail: 'Доставлено абоненту',
      at: '2024-06-20T08:00:05.000Z',
    };
    expect(poll(body)).toEqual({ kind: 'read', answers: [[{ kind: 'status', report: delivered }]] });
    expect(poll(`[${body}]`)).toEqual({ kind: 'read', answers: [[{ kind: 'status', report: delivered }]] });
    expect(report(body.toLowerCase().replace('date(', 'Date('))).toMatchObject({ status: 'delivered' });
  });

  it.each([
    [-1, 'sent'],
    [0, 'delivered'],
    [42, 'undelivered'],
    [46, 'expired'],
  ])('reads state %i as %s', (State, status) => {
    expect(report({ State })).toEqual({ gatewayId: '372900118', status, raw: `State ${State}` });
    expect(report({ state: String(State), ReportedDateUtc: null })).toMatchObject({ status });
  });

  it.each([255, 1, -2, 'x'])('says nothing on state %s', (State) => {
    expect(report({ State, StateDescription: 'x' })).toEqual({ kind: 'nothing' });
  });

  it.each([
    ['/Date(1718870405000+0300)/', '2024-06-20T08:00:05.000Z'],
    ['\\/Date(1718870405999)\\/', '2024-06-20T08:00:05.000Z'],
    ['2024-06-20T08:00:05', '2024-06-20T08:00:05.000Z'],
    ['/Date(-62135596800000)/', undefined],
    ['20.06.2024', undefined],
  ])('reads the time %s as %s', (ReportedDateUtc, at) => {
    const told = report({ State: 0, ReportedDateUtc });
    expect(told !== undefined && 'at' in told ? told.at : undefined).toBe(at);
  });

  it('reads errors of the request', () => {
    expect(poll({ Code: 4, Desc: 'UnauthorizedAccess' })).toEqual({
      kind: 'error',
      class: 'auth',
      code: '4',
      detail: 'UnauthorizedAccess',
    });
    expect(poll({ Code: 2, Desc: 'InvalidArgument' }, 400)).toMatchObject({ kind: 'error', class: 'invalid-request' });
    expect(poll('', 500)).toMatchObject({ kind: 'error', class: 'temporary' });
    for (const body of ['', '[]', '{}', '0', '{"State":null}', '<html>']) {
      expect(poll(body)).toMatchObject({ kind: 'unreadable' });
    }
    expect(poll({ State: 0 }, 404)).toMatchObject({ kind: 'unreadable' });
  });
});

describe('streamtelecom calls', () => {
  const call = (body: unknown, over = {}) => streamtelecom.readHook?.(hook(body, over), SETTINGS);
  const replyTo = (body: unknown) => {
    const reading = call(body);
    if (reading === undefined || reading.kind === 'refused') throw new Error('refused');
    return streamtelecom.reply?.(reading, SETTINGS);
  };
  const PUSH =
    '<?xml version="1.0" encoding="utf-8"?><request><state id_sms="372900118" time="2024-06-20 12:40:05">deliver</state>' +
    '<state id_sms="372900119" time="2024-06-20 12:40:09">expired</state></request>';

  it('reads the XML push and lists in the reply what was taken', () => {
    expect(call(PUSH)).toEqual({
      kind: 'read',
      reports: [
        { gatewayId: '372900118', status: 'delivered', raw: 'deliver' },
        { gatewayId: '372900119', status: 'expired', raw: 'expired' },
      ],
      inbound: [],
    });
    expect(replyTo(PUSH)).toEqual({
      status: 200,
      headers: { 'content-type': 'text/xml; charset=utf-8' },
      body: '<?xml version="1.0" encoding="utf-8"?><response><id_sms>372900118</id_sms><id_sms>372900119</id_sms></response>',
    });
  });

  it('finds states under any root, and passes over attributes that it does not know', () => {
    const body = '<response><list><state num_parts="1" id_sms="5" price="3.2" time="">READ</state></list></response>';
    expect(call(body)).toMatchObject({ reports: [{ gatewayId: '5', status: 'delivered', raw: 'READ' }] });
    expect(call('<state id_sms="5">not_deliver</state>')).toMatchObject({ reports: [{ status: 'undelivered' }] });
  });

  it.each([
    ['send', 'sent'],
    ['deliver', 'delivered'],
    ['read', 'delivered'],
    ['not_deliver', 'undelivered'],
    ['expired', 'expired'],
    ['partly_deliver', 'sent'],
    ['whatever', 'sent'],
  ])('reads the word %s as %s', (word, status) => {
    expect(call(`<request><state id_sms="5" time="">${word}</state></request>`)).toMatchObject({
      reports: [{ gatewayId: '5', status, raw: word }],
    });
  });

  it('lists every id once, also of states without a word', () => {
    const body =
      '<request><state id_sms="5"/><state id_sms="5">send</state><state>x</state><state id_sms="a&amp;b">x</state></request>';
    expect(replyTo(body)?.body).toContain('<response><id_sms>5</id_sms><id_sms>a&amp;b</id_sms></response>');
  });

  it.each([
    ['a form', 'messageId=372900118&state=0'],
    ['JSON', { messageId: '372900118', State: 0 }],
    ['the other JSON', [{ id_sms: '372900118', time: '2024-06-20 12:40:05', state: 'deliver' }]],
    ['XML without states', '<request><ping/></request>'],
    ['XML that is not well-formed', '<request><state id_sms="5">deliver</state>'],
    ['nothing', ''],
  ])('answers and keeps %s, and does not believe it', (_, body) => {
    expect(call(body)).toMatchObject({ kind: 'nothing' });
    expect(replyTo(body)).toEqual({ status: 200, body: '' });
  });

  it('does not believe a query', () => {
    expect(call('', { method: 'GET', query: 'id=372900118&status=0' })).toMatchObject({ kind: 'nothing' });
  });
});

describe('streamtelecom texts from phones', () => {
  const AT = '2024-06-20T08:00:05.678Z';
  const FIRST: PullAsk = { at: AT };
  const pull = (ask: PullAsk) => streamtelecom.pullInbound?.(ask, SETTINGS, '5f1c9a');
  const texts = (body: unknown, status = 200) => streamtelecom.readPulled?.(answer(status, body), FIRST, SETTINGS);
  const ROW = {
    Prefix: '',
    Data: 'СТОП',
    SourceAdress: '79995550142',
    DestanationAdress: '3443',
    CreatedDateUTC: '/Date(1718870405000)/',
  };
  const TEXT = { from: '+79995550142', to: '3443', text: 'СТОП', at: '2024-06-20T08:00:05.000Z' };

  it('asks by the time in UTC, first for an hour, then with an overlap', () => {
    expect(pull(FIRST)).toEqual({
      method: 'GET',
      url:
        'https://gateway.api.sc/rest/Incoming/?sessionId=5f1c9a' +
        '&minDateUTC=2024-06-20T07%3A00%3A05&maxDateUTC=2024-06-20T08%3A00%3A05',
      headers: {},
    });
    const window = (cursor: string) => new URL(pull({ cursor, at: AT })?.url ?? '').searchParams;
    expect(window('2024-06-20T07:59:00.000Z').get('minDateUTC')).toBe('2024-06-20T07:49:00');
    expect(window('2024-06-18T07:59:00.000Z').get('minDateUTC')).toBe('2024-06-18T07:49:00');
    expect(window('2024-06-20T09:00:00.000Z').get('minDateUTC')).toBe('2024-06-20T07:50:05');
    expect(window('garbage').get('minDateUTC')).toBe('2024-06-20T07:00:05');
  });

  it('makes a session for that alone, and tells when it is over', () => {
    expect(streamtelecom.sessionFor).toEqual(['pull']);
    expect(streamtelecom.login?.(SETTINGS)).toEqual({
      method: 'POST',
      url: 'https://gateway.api.sc/rest/Session/session.php',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'login=acme_api&password=s3cret',
    });
    const read = (body: unknown, status = 200) =>
      streamtelecom.readLogin?.(answer(status, JSON.stringify(body)), SETTINGS);
    expect(read('0123456789abcdef0123456789abcdef')).toEqual({ session: '0123456789abcdef0123456789abcdef' });
    expect(read({ Code: 4, Desc: 'UnauthorizedAccess' }, 400)).toMatchObject({ error: 'auth' });
    expect(read('')).toMatchObject({ error: 'unknown' });
    expect(texts({ Code: 3, Desc: 'InvalidSessionID' }, 400)).toEqual({ kind: 'session-lost' });
    expect(texts({ Code: 4, Desc: 'UnauthorizedAccess' }, 400)).toEqual({ kind: 'session-lost' });
    expect(texts('', 401)).toEqual({ kind: 'session-lost' });
  });

  it('reads them, and goes on from the time of asking', () => {
    expect(texts([ROW, { ...ROW, Data: 42 }])).toEqual({
      kind: 'read',
      inbound: [TEXT, { ...TEXT, text: '42' }],
      cursor: AT,
      more: false,
    });
    expect(texts([])).toEqual({ kind: 'read', inbound: [], cursor: AT, more: false });
  });

  it('reads other spellings and what is missing', () => {
    expect(texts([{ sourceaddress: '+79995550142', destinationaddress: 3443, data: 'СТОП' }])).toMatchObject({
      inbound: [{ from: '+79995550142', to: '3443', text: 'СТОП' }],
    });
    expect(
      texts([
        { SourceAdress: '79995550142', Data: null },
        { ...ROW, SourceAdress: 'Bank' },
      ]),
    ).toMatchObject({
      inbound: [{ from: '+79995550142', text: '' }],
    });
  });

  it.each([
    ['ACME', 'acme СТОП', 'СТОП'],
    ['ACME', 'ACME: СТОП', 'СТОП'],
    ['ACME', 'ACME', 'ACME'],
    ['ACME', 'ACME ', 'ACME'],
    ['ACME', 'СТОП', 'СТОП'],
    ['СТ', 'СТОП', 'СТОП'],
    ['', ' СТОП', 'СТОП'],
  ])('with the prefix "%s" reads "%s" as "%s"', (Prefix, Data, text) => {
    expect(texts([{ ...ROW, Prefix, Data }])).toMatchObject({ inbound: [{ text }] });
  });

  it('does not move on after an error or what it does not understand', () => {
    expect(texts({ Code: 7, Desc: 'Forbidden' })).toEqual({
      kind: 'error',
      class: 'auth',
      code: '7',
      detail: 'Forbidden',
    });
    expect(texts('', 500)).toMatchObject({ kind: 'error', class: 'temporary' });
    for (const body of ['', 'null', '{}', '<html>', [{ phone: '79995550142', text: 'STOP' }]]) {
      expect(texts(body)).toMatchObject({ kind: 'unreadable' });
    }
    expect(texts([ROW], 404)).toMatchObject({ kind: 'unreadable' });
  });
});

describe('streamtelecom balance', () => {
  const balance = (body: unknown, status = 200) => streamtelecom.readBalance?.(answer(status, body), SETTINGS);

  it('reads a bare number', () => {
    expect(balance('1830.45')).toEqual({ amount: '1830.45', currency: 'RUB' });
    expect(balance('"-5"')).toEqual({ amount: '-5', currency: 'RUB' });
    expect(balance('0')).toEqual({ amount: '0', currency: 'RUB' });
  });

  it('tells why there is none', () => {
    expect(balance({ Code: 4, Desc: 'UnauthorizedAccess' })).toEqual({ error: 'auth', detail: 'UnauthorizedAccess' });
    expect(balance('"Error_Invalid_Login"')).toEqual({ error: 'auth', detail: 'Error_Invalid_Login' });
    expect(balance('x')).toMatchObject({ error: 'unknown' });
    expect(balance('5', 500)).toMatchObject({ error: 'temporary' });
  });
});

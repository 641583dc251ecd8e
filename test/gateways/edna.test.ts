import { describe, expect, it } from 'vitest';
import { edna } from '../../gateways/edna.ts';
import type { Asked } from '../../gateways/gateway.ts';
import { outcomeOf } from '../../sms/outcome.ts';
import { answer, formOf, INT_REF, requestOf, SMS } from './kit.ts';

const BASE = 'https://gate00.example.org:9999/acmebank/connector1';
const ACCESS = { login: 'acme', password: 's3cret' };
const SETTINGS = edna.settings.parse({ baseUrl: BASE, ...ACCESS });

/** A certificate that nobody has the key of. */
const CA = `-----BEGIN CERTIFICATE-----
MIIBnzCCAUWgAwIBAgIUXABY0dWwfr/+hl1Wh+2zvTFhugEwCgYIKoZIzj0EAwIw
JDEiMCAGA1UEAwwZRXhhbXBsZSBnYXRld2F5IGF1dGhvcml0eTAgFw0yNjExMjIx
MzUwMzFaGA8yMTI2MTAyOTEzNTAzMVowJDEiMCAGA1UEAwwZRXhhbXBsZSBnYXRl
d2F5IGF1dGhvcml0eTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABOcvVenAvCwN
RjWbpZ9OsMPL2ecl+QeJGZFGr107jJszyZiD7HXLhGccbZn42SlqG36FjRrkMinS
/Cvm/Fee9oujUzBRMB0GA1UdDgQWBBRGWHFGbF8zMr0r3iX/f2EFhojIPjAfBgNV
HSMEGDAWgBRGWHFGbF8zMr0r3iX/f2EFhojIPjAPBgNVHRMBAf8EBTADAQH/MAoG
CCqGSM49BAMCA0gAMEUCIQCyEFCpOIOLiojaDVNc1t7LpRRZsrI75Q/BEoeaDZr3
tQIgS6kp7dIo313CA4KfZTbVTd3N4Z8rHNGqVfcm8ogo+2o=
-----END CERTIFICATE-----
`;

const send = (settings: object, sms = SMS) =>
  requestOf(edna.send(sms, edna.settings.parse({ ...ACCESS, ...settings })));
const queryOf = (url: string | undefined) => Object.fromEntries(new URL(url ?? '').searchParams);
const read = (status: number, body: string, headers = {}) =>
  edna.readSend(answer(status, body, headers), SMS, SETTINGS);
const ASKED: Asked[] = [{ ids: [{ id: '500000001', part: 1 }], phone: SMS.phone, ref: SMS.ref }];

describe('edna requests', () => {
  it('posts a form with indexed fields, our id in digits, and a space as %20', () => {
    const request = send({ baseUrl: `${BASE}/` });
    expect({ ...request, body: formOf(request) }).toEqual({
      method: 'POST',
      url: `${BASE}/send`,
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: {
        ...ACCESS,
        'subject[0]': 'ACME',
        'address[0]': '79995550142',
        'text[0]': 'Код 4821',
        'clientId[0]': INT_REF,
        priority: 'high',
      },
    });
    expect(request.body).toContain('text%5B0%5D=%D0%9A%D0%BE%D0%B4%204821');
  });

  it('sends the same by GET where the installation wants it, with a plus that stays one', () => {
    const { url, ...request } = send({ baseUrl: BASE, method: 'GET' }, { ...SMS, text: '1+1 & 2' });
    expect(request).toEqual({ method: 'GET', headers: {} });
    expect(url).toContain(`${BASE}/send?login=acme&password=s3cret&subject%5B0%5D=ACME`);
    expect(url).toContain('=1%2B1%20%26%202&');
    expect(queryOf(url)['text[0]']).toBe('1+1 & 2');
  });

  it('takes the names of the fields from the settings, apart for the two calls', () => {
    const odd = {
      sendUrl: 'https://gate00.example.org/in',
      statusUrl: 'https://gate00.example.org/out',
      loginField: 'user',
      passwordField: 'pass',
      passwordFieldStatus: 'password',
      indexed: false,
      indexedStatus: true,
    };
    const request = send(odd);
    expect(request.url).toBe('https://gate00.example.org/in');
    expect(formOf(request)).toEqual({
      user: 'acme',
      pass: 's3cret',
      subject: 'ACME',
      address: '79995550142',
      text: 'Код 4821',
      clientId: INT_REF,
      priority: 'high',
    });
    const polled = edna.poll?.(ASKED, edna.settings.parse({ ...ACCESS, ...odd, method: 'GET' }));
    expect(polled?.url).toContain('https://gate00.example.org/out?');
    expect(queryOf(polled?.url)).toEqual({ user: 'acme', password: 's3cret', 'providerId[0]': '500000001' });
  });

  it('asks for a status as it sends, unless told otherwise', () => {
    const request = edna.poll?.(ASKED, SETTINGS);
    expect(request).toMatchObject({ method: 'POST', url: `${BASE}/status` });
    expect(formOf(request ?? send({ baseUrl: BASE }))).toEqual({ ...ACCESS, 'providerId[0]': '500000001' });
    const plain = edna.settings.parse({
      ...ACCESS,
      baseUrl: BASE,
      indexed: false,
      passwordField: 'pass',
      method: 'GET',
    });
    expect(queryOf(edna.poll?.(ASKED, plain).url)).toEqual({ login: 'acme', pass: 's3cret', providerId: '500000001' });
  });

  it.each([
    ['otp', 'high'],
    ['notice', 'normal'],
    ['campaign', 'low'],
  ] as const)('gives %s the priority %s', (priority, expected) => {
    expect(formOf(send({ baseUrl: BASE }, { ...SMS, priority })).priority).toBe(expected);
  });

  it('sends the validity and other fields only where it is told to', () => {
    const settings = {
      baseUrl: BASE,
      sendValidity: true,
      extraFields: { contentType: 'text', login: 'x', 'a[0]': 'b' },
    };
    expect(formOf(send(settings, { ...SMS, validityS: 3599 }))).toMatchObject({
      login: 'acme',
      contentType: 'text',
      'a[0]': 'b',
      validityPeriodMinutes: '59',
    });
    expect(edna.traits(edna.settings.parse({ ...ACCESS, ...settings })).validity).toMatchObject({ maxS: 86_400 });
    expect(edna.traits(SETTINGS).validity).toBe('account');
  });

  it("trusts edna's own authority where its certificate is set", () => {
    expect(send({ baseUrl: BASE, ca: CA }).ca).toBe(CA);
    expect(edna.poll?.(ASKED, edna.settings.parse({ ...ACCESS, baseUrl: BASE, ca: CA })).ca).toBe(CA);
    expect(send({ baseUrl: BASE })).not.toHaveProperty('ca');
  });

  it('does not send without a sender name', () => {
    const { callerId: _, ...nameless } = SMS;
    expect(edna.send(nameless, SETTINGS)).toMatchObject({ refuse: 'sender-not-allowed' });
  });
});

describe('edna settings', () => {
  it.each([
    {},
    { sendUrl: 'https://gate00.example.org/send' },
    { statusUrl: 'https://gate00.example.org/status' },
    { baseUrl: BASE, passwordField: 'a b' },
    { baseUrl: BASE, method: 'PUT' },
    { baseUrl: BASE, extraFields: { 'a&b': 'c' } },
    { baseUrl: BASE, ca: 'not a certificate' },
    { baseUrl: BASE, ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' },
    { baseUrl: BASE, ca: `${CA}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----` },
  ])('does not take %o', (settings) => {
    expect(edna.settings.safeParse({ ...ACCESS, ...settings }).success).toBe(false);
  });

  it('takes several certificates', () => {
    expect(edna.settings.safeParse({ ...ACCESS, baseUrl: BASE, ca: `Root\n${CA}\n${CA}` }).success).toBe(true);
  });

  it('names an account by its connector and login, however the address is given', () => {
    const key = (settings: object) => edna.accountKey(edna.settings.parse({ ...ACCESS, ...settings }));
    expect(key({ baseUrl: BASE })).toBe('gate00.example.org:9999/acmebank/connector1/acme');
    expect(key({ sendUrl: `${BASE}/send`, statusUrl: `${BASE}/status` })).toBe(key({ baseUrl: BASE }));
    expect(key({ baseUrl: BASE, login: 'other' })).not.toBe(key({ baseUrl: BASE }));
  });
});

describe('edna answers to a send', () => {
  it.each([
    `ok;${INT_REF};500000001`,
    `OK ; ${INT_REF} ; 500000001 ;\r\n`,
    `\nok;${INT_REF};500000001;`,
    'ok;;500000001',
    'ok;0;500000001',
    `ok;5;6\nok;${INT_REF};500000001`,
  ])('takes %j for accepted', (body) => {
    expect(read(200, body)).toEqual({ kind: 'accepted', ids: [{ id: '500000001' }] });
  });

  it.each([`ok;${INT_REF};`, `ok;${INT_REF}`])('takes %j for accepted under no id', (body) => {
    expect(read(200, body)).toEqual({ kind: 'accepted', ids: [] });
  });

  it('keeps an id beyond 2^53 whole', () => {
    expect(read(200, `ok;${INT_REF};90071992547409931`)).toMatchObject({ ids: [{ id: '90071992547409931' }] });
  });

  it.each([
    ['error-system-blocked', 'temporary'],
    ['error-auth', 'auth'],
    ['error-unauthorized', 'auth'],
    ['error-account-locked', 'auth'],
    ['error-syntax', 'invalid-request'],
    ['error-not-found', 'invalid-request'],
    ['error-address-format', 'invalid-recipient'],
    ['error-address-not-specified', 'invalid-recipient'],
    ['error-address-unknown', 'invalid-recipient'],
    ['error-subject-format', 'sender-not-allowed'],
    ['error-subject-unknown', 'sender-not-allowed'],
    ['error-subject-not-specified', 'sender-not-allowed'],
    ['error-content-not-specified', 'invalid-request'],
    ['error-content-format', 'invalid-request'],
    ['error-priority-format', 'invalid-request'],
    ['error-start-time-format', 'invalid-request'],
    ['error-validity-period-minutes-format', 'invalid-request'],
    ['error-validity-period-format', 'invalid-request'],
    ['error-comment-format', 'invalid-request'],
    ['error-client-id-not-unique', 'duplicate'],
    ['error-id-not-unique', 'duplicate'],
    ['error-out-message-client-id-not-unique', 'duplicate'],
    ['error-insufficient-balance', 'no-balance'],
    ['error-provider-id-unknown', 'unknown'],
    ['error-something-new', 'unknown'],
  ])('reads %s as %s', (code, errorClass) => {
    const expected = { kind: 'error', class: errorClass, code, notTaken: true };
    for (const body of [code, `${code};`, `${code};${INT_REF};`, ` ${code} ; 0 ; ;\r\n`]) {
      expect(read(200, body)).toMatchObject(expected);
      expect(read(400, body)).toMatchObject(expected);
    }
    expect(read(200, code.toUpperCase())).toMatchObject({ class: errorClass });
  });

  it('is not sure of an internal error', () => {
    const internal = read(200, `error-system;${INT_REF};`);
    expect(internal).toMatchObject({ class: 'temporary', notTaken: false });
    expect(outcomeOf({ reach: 'answered', answer: internal }, false).kind).toBe('uncertain');
  });

  it('takes the duplicate after an unknown outcome for the proof of the first, and takes its id', () => {
    const duplicate = read(200, `error-client-id-not-unique;${INT_REF};500000001`);
    expect(duplicate).toMatchObject({ class: 'duplicate', ids: [{ id: '500000001' }] });
    expect(outcomeOf({ reach: 'answered', answer: duplicate }, true)).toEqual({
      kind: 'accepted',
      ids: [{ id: '500000001' }],
    });
    expect(outcomeOf({ reach: 'answered', answer: duplicate }, false)).toHaveProperty('alarm');
  });

  it.each([
    '',
    'ok',
    'ok;',
    'ok;;',
    'ok;77001;500000001',
    `ok;${INT_REF};x`,
    `okay;${INT_REF};500000001`,
    'error-address-format;77001;',
    'error',
    `${INT_REF};500000001`,
    '<html>ok</html>',
    '{"code":"ok"}',
  ])('does not understand %j', (body) => {
    expect(read(200, body)).toMatchObject({ kind: 'unreadable' });
  });

  it.each([
    [401, 'error-auth', 'auth', 'error-auth', true],
    [403, '', 'auth', 'HTTP 403', true],
    [429, '', 'rate-limited', 'HTTP 429', true],
    [404, 'no such page', 'invalid-request', 'HTTP 404', true],
    [400, 'error-address-format', 'invalid-recipient', 'error-address-format', true],
    [400, `ok;${INT_REF};5`, 'invalid-request', 'HTTP 400', true],
    [500, 'error-address-format', 'temporary', 'error-address-format', false],
    [502, '', 'temporary', 'HTTP 502', false],
  ])('reads HTTP %i %s as %s', (status, body, errorClass, code, notTaken) => {
    expect(read(status, body)).toMatchObject({ kind: 'error', class: errorClass, code, notTaken });
  });
});

describe('edna statuses', () => {
  const poll = (body: string, status = 200, asked = ASKED) => edna.readPoll?.(answer(status, body), asked, SETTINGS);

  it('leaves out the time, whose zone is not documented', () => {
    const report = { gatewayId: '500000001', status: 'sent', raw: 'enqueued' };
    expect(poll('ok;500000001;enqueued;2024-03-05 10:15:00;')).toEqual({
      kind: 'read',
      answers: [[{ kind: 'status', report }]],
    });
  });

  it.each([
    ['enqueued', 'sent'],
    ['delayed', 'sent'],
    ['sent', 'sent'],
    ['delivered', 'delivered'],
    ['read', 'delivered'],
    ['undelivered', 'undelivered'],
    ['failed', 'rejected'],
    ['cancelled', 'rejected'],
    ['expired', 'expired'],
    ['error-system', 'rejected'],
  ])('reads %s as %s', (word, status) => {
    expect(poll(`ok;500000001;${word};2024-03-05 10:15:00;`)).toMatchObject({ answers: [[{ report: { status } }]] });
    expect(poll(`OK;500000001; ${word.toUpperCase()}`)).toMatchObject({ answers: [[{ report: { status } }]] });
  });

  it.each(['ok;500000001;;;', 'ok;500000001', 'ok;500000001;pending;2024-03-05 10:15:00;'])(
    'says nothing on %s',
    (body) => {
      expect(poll(body)).toEqual({ kind: 'read', answers: [[{ kind: 'nothing' }]] });
    },
  );

  it('keeps the reason of what failed', () => {
    expect(poll('ok;500000001;failed;2024-03-05 10:15:00;error-subject-unknown')).toMatchObject({
      answers: [[{ report: { errorClass: 'sender-not-allowed', errorCode: 'error-subject-unknown' } }]],
    });
    expect(poll('ok;500000001;undelivered;2024-03-05 10:15:00;absent subscriber')).toMatchObject({
      answers: [[{ report: { status: 'undelivered', detail: 'absent subscriber' } }]],
    });
    expect(poll('ok;500000001;error-address-unknown;;')).toMatchObject({
      answers: [[{ report: { errorClass: 'invalid-recipient', errorCode: 'error-address-unknown' } }]],
    });
  });

  it('takes an unknown id for not found', () => {
    const notFound = { kind: 'read', answers: [[{ kind: 'not-found' }]] };
    expect(poll('error-provider-id-unknown;500000001;;;')).toEqual(notFound);
    expect(poll('error-provider-id-unknown', 404)).toEqual(notFound);
    expect(edna.traits(SETTINGS).notFoundTrustedAfterS).toBeUndefined();
  });

  it('believes no status of our own id, which may be the number of another message there', () => {
    const own: Asked[] = [{ ids: [{ id: INT_REF }], phone: SMS.phone, ref: SMS.ref }];
    expect(poll(`ok;${INT_REF};delivered;2024-03-05 10:15:00;`, 200, own)).toEqual({
      kind: 'read',
      answers: [[{ kind: 'nothing' }]],
    });
  });

  it('reads errors of the request', () => {
    expect(poll('error-auth')).toEqual({ kind: 'error', class: 'auth', code: 'error-auth' });
    expect(poll('', 500)).toMatchObject({ kind: 'error', class: 'temporary' });
    expect(poll('', 404)).toMatchObject({ kind: 'error', class: 'invalid-request' });
    expect(poll('ok;77;delivered;;')).toMatchObject({ kind: 'unreadable' });
    expect(poll('')).toMatchObject({ kind: 'unreadable' });
  });
});

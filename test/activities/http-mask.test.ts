import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskSecrets } from '../../activities/http-mask.ts';
import { ok, startHost, startHttp } from './http-servers.ts';

const asciiJson = (text: string) =>
  JSON.stringify(text)
    .slice(1, -1)
    .replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('/', '\\/');
const xml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const entities = (text: string) => [...text].map((char) => `&#x${char.codePointAt(0)?.toString(16)};`).join('');
const percent = (bytes: Uint8Array) => [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

/** How a gateway, an adapter or a profile may write a secret. */
const writings: [string, (secret: string) => string][] = [
  ['as it is', (secret) => secret],
  ['URL', encodeURIComponent],
  ['URL with small hex digits', (secret) => percent(Buffer.from(secret))],
  ['URL parser', (secret) => new URL(`http://h/?p=${encodeURI(secret).replace(/[#&+]/g, encodeURIComponent)}`).search],
  ['form', (secret) => new URLSearchParams({ p: secret }).toString()],
  ['JSON', (secret) => JSON.stringify({ p: secret })],
  ['JSON in ASCII', asciiJson],
  ['XML', xml],
  ['XML by number', entities],
  ['base64', (secret) => Buffer.from(secret).toString('base64')],
  ['basic login', (secret) => `Basic ${Buffer.from(`anna:${secret}`).toString('base64')}`],
  ['basic login of another length', (secret) => `Basic ${Buffer.from(`annas:${secret}`).toString('base64')}`],
  ['base64 in a URL', (secret) => encodeURIComponent(Buffer.from(`anna:${secret}`).toString('base64'))],
  ['base64 in a path', (secret) => `/t/${Buffer.from(`anna:${secret}`).toString('base64')}`],
  ['base64url', (secret) => Buffer.from(secret).toString('base64url')],
  ['hex', (secret) => Buffer.from(secret).toString('hex')],
  ['UCS-2 in hex', (secret) => Buffer.from(secret, 'utf16le').swap16().toString('hex').toUpperCase()],
];

describe('maskSecrets', () => {
  it.each(writings)('finds any secret: %s', (_, write) => {
    const anySecret = fc
      .string({ minLength: 4, maxLength: 40, unit: 'grapheme' })
      .filter((text) => !text.includes('*'));
    fc.assert(
      fc.property(anySecret, fc.constantFrom('', '{"error":"', 'id=1&x='), (secret, before) => {
        const written = write(secret);
        const masked = maskSecrets(`${before}${written}" after`, [secret]);
        // The form of a key=value writing is left; what stands for the secret is not.
        const core = written.replace(/^(\{"p":"|p=|\?p=|Basic |\/t\/)/, '').replace(/"\}$/, '');
        expect(masked).not.toContain(core);
        expect(masked).toContain('***');
        expect(masked).toMatch(/ after$/);
      }),
      { numRuns: 100 },
    );
  });

  it('finds Cyrillic in a windows-1251 URL', () => {
    expect(maskSecrets('GET http://h/?t=%CF%F0%E8%E2%E5%F2+%ec%e8%f0&x=1', ['Привет мир'])).toBe(
      'GET http://h/?t=***&x=1',
    );
  });

  it.each(['+79995550101', '79995550101', '+7 (999) 555-01-01', '8 999 555 01 01', '%2B79995550101', '9995550101'])(
    'finds a phone, however it is written: %s',
    (written) => {
      expect(maskSecrets(`to=${written}&x=1`, ['+79995550101'])).toBe('to=***&x=1');
    },
  );

  it('finds the beginning of a secret where the text was cut', () => {
    expect(maskSecrets('{"password":"correct-hor', ['correct-horse'])).toBe('{"password":"***');
  });

  it('masks overlapping secrets as one', () => {
    expect(maskSecrets('x abcdefgh y', ['abcdef', 'cdefgh', 'abcd'])).toBe('x *** y');
  });

  it('masks a short secret only where it is a whole value', () => {
    const text = 'GET /?user=1&psw=1 {"status":1,"id":"211"} psw=12';
    expect(maskSecrets(text, ['1'])).toBe('GET /?user=***&psw=*** {"status":1,"id":"211"} psw=12');
  });

  it('leaves alone what has no secret', () => {
    const text = '{"id":"8c1e44d2-77","status":"OK","total":100%,"note":"a+b &amp; \\u0441 %D0%9F"}';
    expect(maskSecrets(text, ['geheim', '+79995550101', ''])).toBe(text);
    expect(maskSecrets(text, [])).toBe(text);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string({ unit: 'binary' })), (text, secrets) => {
        expect(typeof maskSecrets(text, secrets)).toBe('string');
      }),
    );
    const lone = '\ud83d%\\u12&#99999999;%zz';
    expect(maskSecrets(lone, ['geheim', '\udc00aaaa'])).toBe(lone);
  });

  it('takes bounded time on text made to hurt', () => {
    const started = performance.now();
    for (const piece of ['%', '+', 'a', '\\u0041', '&amp;', '1 ', '=', '%41%']) {
      maskSecrets(piece.repeat(4096 / piece.length), ['geheim', '+79995550101', '1', 'a'.repeat(160)]);
    }
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('the evidence', () => {
  const secrets = ['pa ss&"w/ö<rd', '+79995550101', 'Ваш код 4711, "никому" не говорите', 'key-0123456789'];
  const [password = '', phone = '', text = '', key = ''] = secrets;

  it('shows no secret that went out or came back', async () => {
    const echo = writings.map(([name, write]) => `${name}: ${secrets.map(write).join(' | ')}`).join('\n');
    const packed = echo.slice(0, 2000);
    for (const answer of [
      ok(packed),
      `HTTP/1.1 400 Bad\r\ncontent-length: 99999\r\n\r\n${packed}`,
      `HTTP/1.1 200 OK\r\ncontent-encoding: ${key}\r\ncontent-length: 3\r\n\r\nabc`,
    ]) {
      const host = await startHost((socket) => socket.end(answer));
      const query = new URLSearchParams({ login: 'anna', psw: password, to: phone, text });
      const url = `${host.origin}/${key}/send?${query}&raw=${phone}`;
      const headers = { authorization: `Basic ${Buffer.from(`anna:${password}`).toString('base64')}` };
      const result = await startHttp().call('s', { method: 'GET', url, headers }, {}, { secrets });
      const shown = JSON.stringify(result.evidence) + (result.reach === 'answered' ? '' : result.failure);
      for (const secret of secrets) for (const [, write] of writings) expect(shown).not.toContain(write(secret));
      expect(shown).not.toMatch(/9995550101|4711|0123456789/);
      expect(result.evidence.requestLine).toBe(
        `GET ${host.origin}/***/send?login=anna&psw=***&to=***&text=***&raw=***`,
      );
    }
  });

  it('shows no secret that lies across its end', async () => {
    for (let before = 2030; before <= 2060; before++) {
      const host = await startHost((socket) => socket.end(ok(`${'.'.repeat(before)}${key} and more`)));
      const { evidence } = await startHttp().call(
        's',
        { method: 'GET', url: host.origin, headers: {} },
        {},
        { secrets },
      );
      expect(evidence.answerExcerpt).not.toMatch(/key/);
      expect(Buffer.byteLength(evidence.answerExcerpt ?? '')).toBeLessThanOrEqual(2048);
    }
  });

  it('is JSON that Postgres takes: no NUL, no half characters', async () => {
    const body = `a\0b${'x'.repeat(2042)}\u{1f600}`;
    const host = await startHost((socket) => socket.end(ok(body)));
    const { evidence } = await startHttp().call('s', { method: 'GET', url: host.origin, headers: {} });
    expect(evidence.answerExcerpt).toMatch(/^a\ufffdbx+$/);
    expect(JSON.parse(JSON.stringify(evidence))).toEqual(evidence);
  });
});

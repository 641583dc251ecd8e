import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseForm } from '../../gateways/form.ts';
import { fieldOf, intOf, isoTime, parseJson, textOf, unixTime } from '../../gateways/read.ts';
import { urlUnder } from '../../gateways/settings.ts';
import { fitValidity } from '../../gateways/validity.ts';

describe('parseJson', () => {
  it('keeps integers of 16 digits and more as text, and touches nothing else', () => {
    const json =
      '{"a":9007199254740993,"b":-12345678901234567,"c":["x 9007199254740993 \\" 1",0.12345678901234567,1e300]}';
    expect(parseJson(json)).toEqual({
      a: '9007199254740993',
      b: '-12345678901234567',
      c: ['x 9007199254740993 " 1', Number('0.12345678901234567'), 1e300],
    });
  });

  it('passes over lines before the JSON', () => {
    expect(parseJson('Warning: [x]\nNotice\n{"id":1}')).toEqual({ id: 1 });
    expect(parseJson('Warning {"id":1}')).toBeUndefined();
  });

  it('reads all JSON as JSON.parse does, but for long integers', () => {
    const short = fc.json().filter((json) => !/\d{16}/.test(json));
    fc.assert(
      fc.property(short, (json) => {
        expect(parseJson(json)).toEqual(JSON.parse(json));
      }),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: 10n ** 15n }), fc.string(), (id, text) => {
        expect(parseJson(`{"id":${id},"t":${JSON.stringify(text)}}`)).toEqual({ id: String(id), t: text });
      }),
    );
  });

  it('takes no longer than a moment over hostile text', () => {
    const started = performance.now();
    parseJson('\\"'.repeat(500_000) + '1'.repeat(16));
    parseJson(`["${'\\"'.repeat(500_000)}${'1'.repeat(16)}`);
    parseJson('['.repeat(500_000));
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('reading fields', () => {
  it('finds a field in any spelling, the exact one first, and takes null for missing', () => {
    expect(fieldOf({ Error_Code: 5 }, 'error-code')).toBe(5);
    expect(fieldOf({ errorCode: 5, 'error-code': 7 }, 'error-code')).toBe(7);
    expect(fieldOf({ a: null, A: 1 }, 'a')).toBe(1);
    expect(fieldOf([], 'length')).toBeUndefined();
    expect(fieldOf({}, 'constructor', '__proto__')).toBeUndefined();
  });

  it('reads numbers and text as each other', () => {
    expect([textOf(5), textOf(' x '), textOf(' '), textOf({}), textOf(true)]).toEqual([
      '5',
      'x',
      undefined,
      undefined,
      undefined,
    ]);
    expect([intOf(' -3 '), intOf(7), intOf('7.0'), intOf(''), intOf('1e3'), intOf(1.5)]).toEqual([
      -3,
      7,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['2024-03-05T10:15:00.000+0000', '2024-03-05T10:15:00.000Z'],
    ['2024-03-05T10:15:00.1234567+01:30', '2024-03-05T08:45:00.123Z'],
    ['2024-03-05 10:15:00 -05', '2024-03-05T15:15:00.000Z'],
    ['2024-03-05T10:15z', '2024-03-05T10:15:00.000Z'],
    ['2024-03-05 10:15:00', undefined],
    ['2024-13-05T10:15:00Z', undefined],
    ['05.03.2024 10:15', undefined],
    [1709543444, undefined],
  ])('reads the time %s as %s', (written, expected) => {
    expect(isoTime(written)).toBe(expected);
  });

  it('reads a time without an offset only where its zone is known', () => {
    expect(isoTime('2024-03-05 10:15:00', 'UTC')).toBe('2024-03-05T10:15:00.000Z');
    expect(unixTime('1709543444')).toBe('2024-03-04T09:10:44.000Z');
    expect(unixTime('999999999999999')).toBeUndefined();
    expect(unixTime(0)).toBeUndefined();
  });
});

describe('parseForm', () => {
  it('reads what forms write', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ minLength: 1 }), fc.string({ minLength: 1, unit: 'grapheme' })),
        (fields) => {
          expect(parseForm(new URLSearchParams(fields).toString(), 'utf-8')).toEqual(fields);
        },
      ),
    );
  });

  it('decodes escapes as bytes of the charset, and leaves broken ones', () => {
    expect(parseForm('m=%F1%F2%EE%EF+%', 'windows-1251')).toEqual({ m: 'стоп %' });
    expect(parseForm(Uint8Array.from([0x6d, 0x3d, 0xf1, 0xf2]), 'windows-1251')).toEqual({ m: 'ст' });
    expect(parseForm('m=%D3%D4%CF%D0', 'koi8-r')).toEqual({ m: 'стоп' });
  });

  it('lets the last value count that is not empty', () => {
    expect(parseForm('sha1&sha1=ab&sha1=&a=1&a=2', 'utf-8')).toEqual({ sha1: 'ab', a: '2' });
  });
});

describe('small fittings', () => {
  it('never tells a gateway more than is left, but for its least', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e7, noNaN: true }), fc.constantFrom(1, 60, 3600), (left, stepS) => {
        const bounds = { minS: 3600, maxS: 86_400, stepS };
        const fitted = fitValidity(left, bounds);
        expect(fitted % stepS).toBe(0);
        expect(fitted).toBeGreaterThanOrEqual(bounds.minS);
        expect(fitted).toBeLessThanOrEqual(Math.min(bounds.maxS, Math.max(left, bounds.minS)));
      }),
    );
  });

  it('puts paths behind addresses however they end', () => {
    expect(urlUnder('https://x.example', '/a')).toBe('https://x.example/a');
    expect(urlUnder('https://X.example:443//', '/a')).toBe('https://x.example/a');
    expect(urlUnder('http://127.0.0.1:8080/smsc/', '/a')).toBe('http://127.0.0.1:8080/smsc/a');
  });
});

import fc from 'fast-check';
import type { CountryCode } from 'libphonenumber-js/max';
import { getCountries, getExampleNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { describe, expect, it } from 'vitest';
import { digitsOf, e164FromDigits, maskPhone, parsePhone } from '../../sms/phone.ts';

const countries = getCountries();
const mobiles = countries.flatMap((country) => {
  const example = getExampleNumber(country, examples);
  return example === undefined ? [] : [{ country, e164: String(example.number), national: example.formatNational() }];
});

describe('parsePhone', () => {
  const read: [string, CountryCode | undefined, string][] = [
    // with a plus, whatever the default
    ['+79995550101', undefined, '+79995550101'],
    ['+79995550101', 'US', '+79995550101'],
    ['+998901115566', 'RU', '+998901115566'],
    ['+44 (0)20 7946 0000', 'RU', '+442079460000'],
    ['+39 06 1234 5678', undefined, '+390612345678'],
    // valid in the default country
    ['8 999 555-01-01', 'RU', '+79995550101'],
    ['8 (999) 555.01.01', 'RU', '+79995550101'],
    ['9995550101', 'RU', '+79995550101'],
    ['79995550101', 'RU', '+79995550101'],
    ['8 701 123 45 67', 'KZ', '+77011234567'],
    ['90 111 55 66', 'UZ', '+998901115566'],
    ['(650) 253-0000', 'US', '+16502530000'],
    ['0041 79 123 45 67', 'DE', '+41791234567'],
    ['8 10 998 90 111 55 66', 'RU', '+998901115566'],
    // else with a plus
    ['79995550101', undefined, '+79995550101'],
    ['79995550101', 'US', '+79995550101'],
    ['7 999 555 01 01', 'UZ', '+79995550101'],
    ['998901115566', 'RU', '+998901115566'],
    ['375291234567', 'RU', '+375291234567'],
    ['0079995550101', undefined, '+79995550101'],
    ['0079995550101', 'KZ', '+79995550101'],
    // a possible length is enough there: no such range in Russia today
    ['+76001234567', undefined, '+76001234567'],
    ['76001234567', 'RU', '+76001234567'],
    // the tables also see a landline of an odd length in these
    ['4915112345678', 'DE', '+4915112345678'],
    ['3906123456', 'IT', '+393906123456'],
    // copied from elsewhere
    ['\u202a+7\u00a0999\u2011555\u201301\u221201\u202c', undefined, '+79995550101'],
    ['+7999５５５0101', undefined, '+79995550101'],
    ['\t+79995550101\r\n', undefined, '+79995550101'],
  ];
  it.each(read)('reads %j with default %s as %s', (input, country, e164) => {
    expect(parsePhone(input, country)).toEqual({ ok: true, e164 });
  });

  const refusals: [string, CountryCode | undefined, RegExp][] = [
    ['', 'RU', /empty/],
    [' \u200b ', undefined, /empty/],
    ['+', 'RU', /only digits/],
    ['InfoSMS', 'RU', /only digits/],
    ['8 800 FLOWERS', 'RU', /letters/],
    ['+79995550101 ext. 5', 'RU', /extensions/],
    ['+79995550101;ext=5', 'RU', /extensions/],
    ['+79995550101x5', 'RU', /extensions/],
    ['tel:+79995550101', 'RU', /letters/],
    ['+79995550101, +79995550102', 'RU', /one number/],
    ['++79995550101', 'RU', /one plus/],
    ['7+9995550101', 'RU', /at the start/],
    ['١٢٣', 'RU', /only digits/],
    ['112', 'RU', /too few digits.*plus and its country code/],
    ['+7999555010', undefined, /too few digits/],
    ['89995550101', undefined, /No country code/],
    ['9995550101', undefined, /No country code/],
    ['+0079995550101', undefined, /No country code/],
    ['+799955501011', undefined, /No phone number of that country/],
    ['+49123456789012345', undefined, /too many digits/],
    ['+6502530000123456', undefined, /too many digits/],
    // a landline by the tables, but past the 15 digits of E.164
    ['60779666528675', 'DE', /too many digits/],
    ['+9'.padEnd(200, '9'), 'RU', /digits/],
  ];
  it.each(refusals)('refuses %j with default %s', (input, country, reason) => {
    const parsed = parsePhone(input, country);
    expect(parsed).toEqual({ ok: false, reason: expect.stringMatching(reason) });
  });

  it("knows every country's mobile numbers in every way of writing them", () => {
    expect(mobiles.length).toBeGreaterThan(200);
    for (const { country, e164, national } of mobiles) {
      const expected = { ok: true, e164 };
      expect(parsePhone(e164), `${country} with a plus`).toEqual(expected);
      expect(parsePhone(digitsOf(e164)), `${country} without a plus`).toEqual(expected);
      expect(parsePhone(digitsOf(e164), country), `${country} without a plus, at home`).toEqual(expected);
      expect(parsePhone(national, country), `${country} as dialled at home`).toEqual(expected);
    }
  });

  it('does not care about separators', () => {
    const separator = fc.stringMatching(/^[ ().\-\u00a0\u2013]{0,3}$/);
    fc.assert(
      fc.property(
        fc.constantFrom(...mobiles),
        fc.array(separator, { minLength: 20, maxLength: 20 }),
        (phone, between) => {
          const written = [...phone.e164].map((char, i) => char + (between[i] ?? '')).join('');
          expect(parsePhone(written, phone.country)).toEqual({ ok: true, e164: phone.e164 });
        },
      ),
    );
  });

  it('gives E.164 that it reads as itself everywhere, or a reason, for any digits', { timeout: 60_000 }, () => {
    const digits = fc.stringMatching(/^\+?[0-9]{0,18}$/);
    fc.assert(
      fc.property(
        digits,
        fc.constantFrom(undefined, ...countries),
        fc.constantFrom(...countries),
        (input, home, other) => {
          const parsed = parsePhone(input, home);
          if (!parsed.ok) {
            expect(parsed.reason).toMatch(/\.$/);
            return;
          }
          expect(parsed.e164).toMatch(/^\+[1-9][0-9]{4,14}$/);
          expect(parsePhone(parsed.e164, other)).toEqual(parsed);
          expect(e164FromDigits(digitsOf(parsed.e164))).toBe(parsed.e164);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('never throws, and never puts the number into its reason', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom(undefined, ...countries), (input, country) => {
        const parsed = parsePhone(input, country);
        if (!parsed.ok && /[0-9]{5}/.test(input)) expect(parsed.reason).not.toContain(input);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('maskPhone', () => {
  it.each([
    ['+79995550167', '+7******67'],
    ['+16502530042', '+1******42'],
    ['+4915112345678', '+49******78'],
    ['+998901115566', '+998******66'],
    ['+88216123456', '+882******56'],
    // too short to show an end as well
    ['+2908999', '+290******'],
    // not a phone number: it may be anything
    ['89995550101', '******'],
    ['InfoSMS', '******'],
    ['', '******'],
  ])('%s is shown as %s', (phone, masked) => {
    expect(maskPhone(phone)).toBe(masked);
  });

  it('hides at least four digits of a full number, and its length', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+[1-9][0-9]{8,14}$/), (phone) => {
        const masked = maskPhone(phone);
        expect(masked).toMatch(/^\+[0-9]{1,3}\*{6}[0-9]{2}$/);
        expect(digitsOf(phone).length - masked.replace(/[^0-9]/g, '').length).toBeGreaterThanOrEqual(4);
        expect(phone.startsWith(masked.slice(0, masked.indexOf('*')))).toBe(true);
        expect(phone.endsWith(masked.slice(-2))).toBe(true);
      }),
    );
  });
});

describe('digits on the wire', () => {
  it.each([
    ['79995550101', '+79995550101'],
    ['+79995550101', '+79995550101'],
    [' 7 999 555 01 01 ', '+79995550101'],
    ['+ 998 90 1115566', '+998901115566'],
    ['12345', '+12345'],
    ['123456789012345', '+123456789012345'],
    ['1234', undefined],
    ['1234567890123456', undefined],
    ['0611223344', undefined],
    ['++79995550101', undefined],
    ['7999-555', undefined],
    ['7.9995550101E10', undefined],
    ['InfoSMS', undefined],
    ['٧٩٩٩٥٥٥٠١٠١', undefined],
    ['', undefined],
    ['+', undefined],
  ])('reads %j as %s', (digits, e164) => {
    expect(e164FromDigits(digits)).toBe(e164);
  });

  it('drops only the plus', () => {
    expect(digitsOf('+79995550101')).toBe('79995550101');
    expect(digitsOf('79995550101')).toBe('79995550101');
  });
});

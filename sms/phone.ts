/**
 * Phone numbers: read tolerantly from people, strictly from machines, kept as E.164 with the plus everywhere else.
 */
import type { CountryCode } from 'libphonenumber-js/max';
import {
  getCountries,
  getCountryCallingCode,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
} from 'libphonenumber-js/max';

export type { CountryCode } from 'libphonenumber-js/max';

/** `reason` is a sentence for the person who typed the number; it does not repeat the number. */
export type ParsedPhone = { ok: true; e164: string } | { ok: false; reason: string };

/**
 * Reads a number as people write it. Digits that are a valid number of `defaultCountry` (ISO 3166 alpha-2), as dialled
 * there, are that number. All others are read as if they had a plus, and then a possible length is enough, since
 * countries open number ranges faster than the tables of them are updated.
 */
export function parsePhone(input: string, defaultCountry?: CountryCode): ParsedPhone {
  const compact = withoutSeparators(input);
  if (compact === '') return refused('The phone number is empty.');
  if (!/^\+?[0-9]+$/.test(compact)) {
    return refused(
      'A phone number may hold only digits, spaces, hyphens, parentheses and dots, with at most one plus, at the ' +
        'start. Leave out letters and extensions, and write one number only.',
    );
  }
  if (compact.startsWith('+')) return readInternational(compact);
  return readDomestic(compact, defaultCountry) ?? readInternational(`+${compact.replace(/^00/, '')}`);
}

/** The country that a number is of; undefined where it is of none, or of several. */
export function countryOf(e164: string): CountryCode | undefined {
  return parsePhoneNumberFromString(e164)?.country;
}

/** For logs and screens: the country code, stars that do not tell the length, the last two digits (`+7******67`). */
export function maskPhone(e164: string): string {
  if (!E164.test(e164)) return HIDDEN;
  const digits = digitsOf(e164);
  const country = callingCodeOf(digits);
  const enoughIsHidden = digits.length - country.length - 2 >= 4;
  return `+${country}${HIDDEN}${enoughIsHidden ? digits.slice(-2) : ''}`;
}

/** E.164 without its plus, as most wires want it. */
export function digitsOf(e164: string): string {
  return e164.startsWith('+') ? e164.slice(1) : e164;
}

/**
 * E.164 from a gateway's international digits, with or without a plus and spaces. Nothing is guessed: undefined when
 * there are not 5 to 15 digits, or when they start with 0, as no country code does (short codes, domestic forms, names).
 */
export function e164FromDigits(digits: string): string | undefined {
  const e164 = `+${digitsOf(digits.replace(/\s/g, ''))}`;
  return E164.test(e164) ? e164 : undefined;
}

/** Also asked of what the number tables call valid: for Germany and others they hold lengths past 15 digits. */
const E164 = /^\+[1-9][0-9]{4,14}$/;
const HIDDEN = '******';
const CALLING_CODES: ReadonlySet<string> = new Set(getCountries().map((country) => getCountryCallingCode(country)));

function refused(reason: string): ParsedPhone {
  return { ok: false, reason };
}

/**
 * Also drops the invisible marks that phones and web pages copy along with a number. NFKC makes full-width digits and
 * signs plain ones.
 */
function withoutSeparators(input: string): string {
  return input.normalize('NFKC').replace(/[\s.()\p{Dash_Punctuation}\u2212\p{Cf}]/gu, '');
}

function readDomestic(digits: string, country: CountryCode | undefined): ParsedPhone | undefined {
  if (country === undefined) return undefined;
  const dialled = parsePhoneNumberFromString(digits, { defaultCountry: country, extract: false });
  if (!dialled?.isValid() || !E164.test(dialled.number)) return undefined;

  // Countries with open number plans take their own international digits for a landline of an odd length
  // (4915112345678 in Germany). Where both readings are of this country, a mobile number is what was meant.
  const withPlus = parsePhoneNumberFromString(`+${digits}`, { extract: false });
  if (withPlus?.country === country && withPlus.getType() === 'MOBILE' && dialled.getType() === 'FIXED_LINE') {
    return { ok: true, e164: withPlus.number };
  }
  return { ok: true, e164: dialled.number };
}

function readInternational(withPlus: string): ParsedPhone {
  const phone = parsePhoneNumberFromString(withPlus, { extract: false });
  // A national prefix after the country code, +44 (0)20 …, is dropped. Read again, so that what is stored reads as itself.
  if (phone !== undefined && phone.number.length < withPlus.length) return readInternational(phone.number);
  if (phone?.isPossible() && E164.test(phone.number)) return { ok: true, e164: phone.number };
  return refused(`${lengthProblem(withPlus)} Write the number with a plus and its country code, such as +79995550101.`);
}

function lengthProblem(withPlus: string): string {
  switch (validatePhoneNumberLength(withPlus)) {
    case 'TOO_SHORT':
    case 'NOT_A_NUMBER':
      return 'The phone number has too few digits.';
    case 'INVALID_COUNTRY':
      return 'No country code starts with these digits.';
    case 'INVALID_LENGTH':
      return 'No phone number of that country has this many digits.';
    default:
      return 'The phone number has too many digits.';
  }
}

/** Country codes are prefix-free, so the first that fits is the one; codes of no country have three digits. */
function callingCodeOf(digits: string): string {
  const length = [1, 2].find((candidate) => CALLING_CODES.has(digits.slice(0, candidate))) ?? 3;
  return digits.slice(0, length);
}

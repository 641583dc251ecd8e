/** The countries whose numbers can be read as they are dialled there. */
import { type CountryCode, getCountries } from 'libphonenumber-js/max';

const CODES: ReadonlySet<string> = new Set(getCountries());

/** @param code ISO 3166-1 alpha-2, in capitals */
export function isCountry(code: string): code is CountryCode {
  return CODES.has(code);
}

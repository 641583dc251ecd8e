/** Texts with placeholders, `{{phone}}`, filled in so that a value can never break out of its place. */
import iconv from 'iconv-lite';

/** What may stand between the braces. */
export const PLACEHOLDERS = {
  url: 'the address of the sender, without a slash at its end',
  login: 'the login of the sender',
  password: 'its password',
  token: 'its token',
  phone: "the recipient's digits, without the plus",
  phonePlus: 'the recipient with the plus',
  text: 'the text of the SMS',
  callerId: 'the sender name or number',
  ref: 'our reference, in the form of ownId',
  id: "the gateway's id of the message (only in the status request)",
  validityS: 'what is left of the validity, in seconds',
  validityMin: 'the same in whole minutes',
  priority: 'otp, notice or campaign',
  reportUrl: 'where reports of this sender may be sent',
} as const;

export type Values = Partial<Record<keyof typeof PLACEHOLDERS, string>>;

const PLACEHOLDER = /\{\{\s*([\w.]+)\s*\}\}/g;

export function placeholdersOf(template: string): { unknown: string[]; broken: boolean } {
  const names = [...template.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
  const unknown = names.filter((name) => !isKnown(name));
  return { unknown, broken: template.replaceAll(PLACEHOLDER, '').includes('{{') };
}

/** @param params of the sender's own, as `{{param.NAME}}` */
export function fill(template: string, values: Values, params: Params, encode: (value: string) => string): string {
  return template.replaceAll(PLACEHOLDER, (_, name: string) => encode(valueFor(name, values, params) ?? ''));
}

export type Params = Readonly<Record<string, string>>;

/** Nothing but placeholders, none of which has a value: a field that is left out then. */
export function isEmptyOf(template: string, values: Values, params: Params): boolean {
  const names = [...template.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
  return (
    names.length > 0 &&
    template.replaceAll(PLACEHOLDER, '') === '' &&
    names.every((name) => (valueFor(name, values, params) ?? '') === '')
  );
}

/** Percent-escapes in the bytes of a charset; spaces as %20. */
export function percentEscaper(charset: string): (value: string) => string {
  return (value) =>
    [...iconv.encode(value, charset)]
      .map((byte) => {
        const char = String.fromCharCode(byte);
        return /[A-Za-z0-9_.~-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
      })
      .join('');
}

export function escapeXml(value: string): string {
  // Control characters cannot be written in XML at all.
  return value.replace(/[^\P{Cc}\t\n\r]/gu, '').replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

function valueFor(name: string, values: Values, params: Params): string | undefined {
  if (name.startsWith('param.')) return Object.hasOwn(params, name.slice(6)) ? params[name.slice(6)] : undefined;
  return values[name as keyof Values];
}

function isKnown(name: string): boolean {
  return Object.hasOwn(PLACEHOLDERS, name) || /^param\.\w+$/.test(name);
}

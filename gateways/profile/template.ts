/** Texts with placeholders, `{{phone}}`, filled in so that a value can never break out of its place. */

/** What may stand between the braces, besides `{{param.NAME}}`. */
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
  id: "the gateway's id of the message",
  validityS: 'what is left of the validity, in seconds',
  validityMin: 'the same in whole minutes',
  priority: 'otp, notice or campaign',
  reportUrl: 'where reports of this sender may be sent',
} as const;

/** By the names of placeholders; what is not there, or empty, has no value. */
export type Values = Readonly<Record<string, string>>;
export type Encode = (value: string) => string;

const PLACEHOLDER = /\{\{\s*([\w.]+)\s*\}\}/g;

export function namesIn(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
}

export function isPlaceholder(name: string): boolean {
  return Object.hasOwn(PLACEHOLDERS, name) || /^param\.\w+$/.test(name);
}

/** Whether every brace pair is closed around a name. */
export function isClosed(template: string): boolean {
  return !template.replaceAll(PLACEHOLDER, '').includes('{{');
}

export function fill(template: string, values: Values, encode: Encode = String): string {
  return template.replaceAll(PLACEHOLDER, (_, name: string) => encode(heldBy(values, name)));
}

/** Nothing but placeholders, none of which has a value: a field that is left out then. */
export function isEmptyOf(template: string, values: Values): boolean {
  const names = namesIn(template);
  return (
    names.length > 0 &&
    template.replaceAll(PLACEHOLDER, '') === '' &&
    names.every((name) => heldBy(values, name) === '')
  );
}

export function escapeXml(value: string): string {
  // Control characters cannot be written in XML at all.
  return value.replace(/[^\P{Cc}\t\n\r]/gu, '').replace(/[&<>"'\t\n\r]/g, (char) => `&#${char.charCodeAt(0)};`);
}

function heldBy(values: Values, name: string): string {
  return (Object.hasOwn(values, name) ? values[name] : undefined) ?? '';
}

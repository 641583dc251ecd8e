import iconv from 'iconv-lite';

export const HOOK_CHARSETS = ['utf-8', 'windows-1251', 'koi8-r'] as const;
export type HookCharset = (typeof HOOK_CHARSETS)[number];

/**
 * Form fields of a query string or a body whose percent-escapes are bytes of the given charset. Of a repeated field
 * the last that is not empty counts. Never throws: a broken escape stays as it is written.
 * @param charset one that iconv-lite knows
 */
export function parseForm(raw: string | Uint8Array, charset: string): Record<string, string> {
  const bytes = typeof raw === 'string' ? raw : Buffer.from(raw).toString('latin1');
  const fields = new Map<string, string>();
  for (const pair of bytes.split('&')) {
    const split = pair.indexOf('=');
    const name = decode(split < 0 ? pair : pair.slice(0, split), charset);
    const value = split < 0 ? '' : decode(pair.slice(split + 1), charset);
    if (name !== '' && (value !== '' || !fields.has(name))) fields.set(name, value);
  }
  return Object.fromEntries(fields);
}

export function decodeText(body: Uint8Array, charset: HookCharset): string {
  return iconv.decode(Buffer.from(body), charset);
}

/** A form body in UTF-8. */
export function formBody(fields: Record<string, string>): string {
  return new URLSearchParams(fields).toString();
}

function decode(escaped: string, charset: string): string {
  const bytes = escaped
    .replaceAll('+', ' ')
    .replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return iconv.decode(Buffer.from(bytes, 'latin1'), charset);
}

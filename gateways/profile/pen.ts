/** Writing in a charset, and knowing afterwards whether all of it could be written. */
import iconv from 'iconv-lite';
import { type Encode, escapeXml } from './template.ts';

export interface Pen {
  plain: Encode;
  /** Percent-escapes of the charset's bytes; spaces as %20. */
  percent: Encode;
  xml: Encode;
  body(text: string): string | Uint8Array;
  /** Whether something held a character that the charset does not have: it would arrive as a question mark. */
  hasFailed(): boolean;
}

export function createPen(charset: string): Pen {
  let failed = false;
  const checked = (text: string): string => {
    failed ||= iconv.decode(iconv.encode(text, charset), charset, { stripBOM: false }) !== text;
    return text;
  };
  return {
    plain: checked,
    percent: (text) => percentEscaped(iconv.encode(checked(text), charset)),
    xml: (text) => escapeXml(checked(text)),
    body: (text) => (charset === 'utf-8' ? checked(text) : new Uint8Array(iconv.encode(checked(text), charset))),
    hasFailed: () => failed,
  };
}

function percentEscaped(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => {
    const char = String.fromCharCode(byte);
    return /[A-Za-z0-9_.~-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

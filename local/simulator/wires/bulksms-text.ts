/** What BulkSMS makes of a text before it is sent: templates, encoding, parts. */
import { partsOf } from '../segments.ts';

export type Encoding = 'TEXT' | 'UNICODE' | 'BINARY';

export interface Content {
  text: string;
  encoding: Encoding;
  parts: number;
}

/** undefined = a binary body that is not hexadecimal. */
export function contentOf(
  body: string,
  fields: readonly string[],
  encoding: Encoding,
  autoUnicode: boolean,
): Content | undefined {
  if (encoding === 'BINARY') {
    const bytes = body.length / 2;
    return /^([0-9a-f]{2})+$/i.test(body) ? { text: body, encoding, parts: partsIn(bytes, 140, 134) } : undefined;
  }
  const text = filled(body, fields);
  const isGsm = [...new Set(text)].every(isInGsm);
  if (encoding === 'UNICODE' || (!isGsm && autoUnicode)) {
    return { text, encoding: 'UNICODE', parts: partsIn(text.length, 70, 67) };
  }
  const sent = isGsm ? text : [...text].map((char) => (isInGsm(char) ? char : '?')).join('');
  return { text: sent, encoding, parts: partsOf(sent) };
}

/**
 * In one go, so that what a field brings is not read as a template again. A value is cut to the length of its
 * place-holder; there are no names, since no recipient is in the phone book.
 */
function filled(body: string, fields: readonly string[]): string {
  return body.replace(/\{(?:F(\d+)|fn|sn)#*\}/gi, (place, index?: string) => {
    return (index === undefined ? '' : (fields[Number(index)] ?? '')).slice(0, place.length);
  });
}

/** Eighty characters are one part in GSM 03.38, extended ones too, and two in UCS-2. */
const isInGsm = (char: string) => partsOf(char.repeat(80)) === 1;

const partsIn = (units: number, single: number, chained: number) => (units <= single ? 1 : Math.ceil(units / chained));

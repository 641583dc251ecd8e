/**
 * How many parts an SMS takes on the air, by 3GPP TS 23.038 and 23.040: the default GSM alphabet with its extension
 * table if every character is in it, UCS-2 otherwise; no national shift tables, no replacing of characters.
 */

export interface SegmentCount {
  encoding: 'GSM-7' | 'UCS-2';
  /** Parts that are billed; 1 for an empty text. */
  segments: number;
  /** Septets (GSM-7, an extension character is two) or 16-bit units (UCS-2, an emoji is two or more) of the text. */
  units: number;
}

/**
 * A two-unit character is never split: where it does not fit, the part ends a unit short. So 134 UCS-2 units may take
 * 3 parts. CRLF is two characters.
 */
export function countSegments(text: string): SegmentCount {
  const septets = septetsOf(text);
  if (septets === undefined) {
    return {
      encoding: 'UCS-2',
      segments: text.length <= UCS2_SINGLE ? 1 : partsOfUcs2(text),
      units: text.length,
    };
  }
  return { encoding: 'GSM-7', segments: septets <= GSM_SINGLE ? 1 : partsOfGsm(text), units: septets };
}

/**
 * How many more fit before another part begins: of the plainest letter, which every alphabet has in one unit, so that a
 * character of two never counts double here.
 */
export function charactersLeft(text: string): number {
  const { segments } = countSegments(text);
  const fits = (more: number) => countSegments(text + 'a'.repeat(more)).segments === segments;
  let [least, most] = [0, GSM_SINGLE];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (fits(middle)) least = middle;
    else most = middle - 1;
  }
  return least;
}

const GSM_SINGLE = 160;
const GSM_PART = 153;
const UCS2_SINGLE = 70;
const UCS2_PART = 67;

const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const EXTENSION = '\f^{}\\[~]|€';

/** Septets by UTF-16 code; 0, or past the end, is a character that GSM-7 does not have. */
const SEPTETS = septetTable();

function septetTable(): Uint8Array {
  const table = new Uint8Array('€'.charCodeAt(0) + 1);
  for (const char of BASIC) table[char.charCodeAt(0)] = 1;
  for (const char of EXTENSION) table[char.charCodeAt(0)] = 2;
  return table;
}

/** Undefined when the text needs UCS-2. */
function septetsOf(text: string): number | undefined {
  let septets = 0;
  for (let i = 0; i < text.length; i++) {
    const width = SEPTETS[text.charCodeAt(i)];
    if (!width) return undefined;
    septets += width;
  }
  return septets;
}

function partsOfGsm(text: string): number {
  let parts = 1;
  let used = 0;
  for (let i = 0; i < text.length; i++) {
    const width = SEPTETS[text.charCodeAt(i)] ?? 0;
    if (used + width > GSM_PART) {
      parts++;
      used = 0;
    }
    used += width;
  }
  return parts;
}

function partsOfUcs2(text: string): number {
  let parts = 0;
  let end = 0;
  while (end < text.length) {
    end += UCS2_PART;
    if (end < text.length && isPair(text, end - 1)) end--;
    parts++;
  }
  return parts;
}

function isPair(text: string, at: number): boolean {
  const isHigh = (text.charCodeAt(at) & 0xfc00) === 0xd800;
  return isHigh && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
}

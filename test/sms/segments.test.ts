import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import { describe, expect, it } from 'vitest';
import { countSegments } from '../../sms/segments.ts';

const counted = (encoding: 'GSM-7' | 'UCS-2', segments: number, units: number) => ({ encoding, segments, units });

/** The reference library takes milliseconds for a text. */
const SLOW = { timeout: 60_000 };

describe('countSegments', () => {
  it.each([
    ['an empty text', '', counted('GSM-7', 1, 0)],
    ['160 septets', 'a'.repeat(160), counted('GSM-7', 1, 160)],
    ['161 septets', 'a'.repeat(161), counted('GSM-7', 2, 161)],
    ['two full GSM parts', 'a'.repeat(306), counted('GSM-7', 2, 306)],
    ['one septet more', 'a'.repeat(307), counted('GSM-7', 3, 307)],
    ['80 escape pairs', '€'.repeat(80), counted('GSM-7', 1, 160)],
    ['81 escape pairs', '€'.repeat(81), counted('GSM-7', 2, 162)],
    ['an escape pair over the end of a part', `${'a'.repeat(152)}€${'a'.repeat(152)}`, counted('GSM-7', 3, 306)],
    ['an escape pair that ends a part', `${'a'.repeat(151)}€${'a'.repeat(153)}`, counted('GSM-7', 2, 306)],
    ['all escape pairs, two parts of 76', '€'.repeat(152), counted('GSM-7', 2, 304)],
    ['70 Cyrillic letters', 'ж'.repeat(70), counted('UCS-2', 1, 70)],
    ['71 Cyrillic letters', 'ж'.repeat(71), counted('UCS-2', 2, 71)],
    ['two full UCS-2 parts', 'ж'.repeat(134), counted('UCS-2', 2, 134)],
    ['134 units that are 67 emoji', '😀'.repeat(67), counted('UCS-2', 3, 134)],
    ['35 emoji', '😀'.repeat(35), counted('UCS-2', 1, 70)],
    ['an emoji over the end of a part', `${'ж'.repeat(66)}😀${'ж'.repeat(66)}`, counted('UCS-2', 3, 134)],
    ['an emoji that ends the text', `${'ж'.repeat(69)}😀`, counted('UCS-2', 2, 71)],
    ['a surrogate without its pair', `${'ж'.repeat(66)}\ud83d${'ж'.repeat(67)}`, counted('UCS-2', 2, 134)],
    ['CRLF', '\r\n', counted('GSM-7', 1, 2)],
    ['CRLF in UCS-2', 'ж\r\n', counted('UCS-2', 1, 3)],
    ['extension characters in UCS-2 are single', 'ж€{}', counted('UCS-2', 1, 4)],
    ['an accent of the alphabet', 'é', counted('GSM-7', 1, 1)],
    ['the same accent as two characters', 'e\u0301', counted('UCS-2', 1, 2)],
    ['ç, of which GSM-7 has only the capital', 'ç', counted('UCS-2', 1, 1)],
    ['a tabulator', '\t', counted('UCS-2', 1, 1)],
    ['the escape character itself', '\u001b', counted('UCS-2', 1, 1)],
    ['a no-break space', '\u00a0', counted('UCS-2', 1, 1)],
    ['a typographic quote', '“', counted('UCS-2', 1, 1)],
  ])('%s', (_name, text, expected) => {
    expect(countSegments(text)).toEqual(expected);
  });

  it('agrees with the reference library about every character of the first plane', SLOW, () => {
    const differing: string[] = [];
    for (let code = 0; code <= 0xffff; code++) {
      const char = String.fromCharCode(code);
      if (countSegments(char).encoding !== new SegmentedMessage(char).encodingName) differing.push(code.toString(16));
    }
    expect(differing).toEqual([]);
  });

  const gsm = fc.constantFrom(...'aZ09 @£¥èÇØåΔΦΩß¿ñ\n\r!?');
  const extension = fc.constantFrom(...'^{}[]~\\|€\f');
  const cyrillic = fc.constantFrom(...'абвЖЯё№«»');
  const pairs = fc.constantFrom('😀', '🚀', '𝒳', '𠮷');
  const clusters = fc.constantFrom('👨‍👩‍👧‍👦', '🇺🇿', '👍🏽', '❤️', 'e\u0301', '1️⃣', '\r\n', 'к\u0306');
  const textOf = (...units: fc.Arbitrary<string>[]) =>
    fc
      .tuple(fc.string({ unit: fc.oneof(...units), maxLength: 40, size: 'max' }), fc.integer({ min: 1, max: 9 }))
      .map(([piece, times]) => piece.repeat(times));
  const alphabets = fc.oneof(
    textOf(gsm),
    textOf(gsm, extension),
    textOf(extension),
    textOf(cyrillic, gsm),
    textOf(cyrillic, extension, pairs),
    textOf(pairs),
  );

  it('agrees with the reference library on texts of all alphabets', SLOW, () => {
    fc.assert(
      fc.property(alphabets, (text) => {
        const reference = new SegmentedMessage(text);
        const bits = reference.encodingName === 'GSM-7' ? 7 : 16;
        expect(countSegments(text)).toEqual(
          counted(reference.encodingName, reference.segmentsCount, reference.messageSize / bits),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('is never above the reference library, which also keeps a joined emoji or an accent in one part', SLOW, () => {
    fc.assert(
      fc.property(textOf(clusters, cyrillic, pairs, gsm), (text) => {
        const reference = new SegmentedMessage(text);
        const ours = countSegments(text);
        expect(ours.encoding).toBe(reference.encodingName);
        expect(ours.segments).toBeLessThanOrEqual(reference.segmentsCount);
        if (ours.encoding === 'GSM-7') expect(ours.segments).toBe(reference.segmentsCount);
      }),
      { numRuns: 1000 },
    );
    const flags = `ж${'🇺🇿'.repeat(33)}`;
    expect(countSegments(flags)).toEqual(counted('UCS-2', 2, 133));
    expect(new SegmentedMessage(flags).segmentsCount).toBe(3);
  });
});

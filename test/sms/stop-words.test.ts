import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALWAYS_STOP_WORDS, isStartWord, isStopWord, START_WORDS } from '../../sms/stop-words.ts';

const WORDS = [
  'стоп',
  'отписка',
  'не присылать',
  'iptal',
  'Straße',
  'रोकें',
  'to‘xtat',
  '停止',
  'إيقاف',
  'παύση',
  'ΰς',
  '0',
];

describe('isStopWord', () => {
  it.each([
    ['STOP', 'STOP'],
    ['lower case', 'stop'],
    ['mixed case', 'sToP'],
    ['white space around', ' \t\r\n STOP \n'],
    ['a no-break space', '\u00a0STOP\u00a0'],
    ['a byte order mark', '\ufeffSTOP'],
    ['zero-width characters within', 'S\u200bT\u200dO\u2060P\u00ad'],
    ['direction marks', '\u202aSTOP\u202c'],
    ['a Hangul filler', 'STOP\u3164'],
    ['a NUL that pads the text', 'STOP\u0000'],
    ['a full stop', 'Stop.'],
    ['marks of all kinds', '!!!Stop?!…'],
    ['quotes', '«STOP»'],
    ['typographic quotes', '“stop”'],
    ['an emoji', 'STOP 🛑'],
    ['joined and toned emoji', '👨‍👩‍👧‍👦👍🏽 STOP ❤️'],
    ['a key cap', '1️⃣ STOP'],
    ['symbols that NFKC turns into letters', 'ℹ️ STOP ™'],
    ['a flag', '🇺🇿stop'],
    ['full width', 'ＳＴＯＰ'],
    ['mathematical bold', '𝐒𝐓𝐎𝐏'],
    ['Cyrillic', 'СТОП!'],
    ['two words', 'Не   присылать'],
    ['two words over a line end', 'НЕ\r\nПРИСЫЛАТЬ.'],
    ['Turkish dotted capital', 'İPTAL'],
    ['Turkish undotted small', 'ıptal'],
    ['sharp s', 'STRASSE'],
    ['a mark that ends the word', 'रोकें!'],
    ['a quote within the word', 'TO‘XTAT'],
    ['Greek capitals', 'ΠΑΎΣΗ'],
    ['a capital with two accents', 'Ϋ\u0301Σ'],
    ['Chinese', '停止。'],
    ['Arabic', 'إيقاف؟'],
    ['a digit', '0'],
  ])('%s', (_name, text) => {
    expect(isStopWord(text, WORDS)).toBe(true);
  });

  it.each([
    ['within a sentence', 'please stop sending me this'],
    ['at the start of a sentence', 'STOP it'],
    ['at the end of a sentence', 'do not STOP'],
    ['as a part of a word', 'stopping'],
    ['with a letter before', 'nonstop'],
    ['twice', 'stop stop'],
    ['with a number', 'STOP 12345'],
    ['in two pieces', 'ST OP'],
    ['with an emoji within', 'ST🛑OP'],
    ['with an emoji in place of the space', 'не🛑присылать'],
    ['with punctuation within', 'S.T.O.P'],
    ['words of a phrase alone', 'не'],
    ['a word that differs in its last vowel sign', 'रोको'],
    ['another word', 'да'],
    ['nothing', ''],
    ['white space', ' \u200b\n'],
    ['an emoji alone', '👍'],
    ['punctuation alone', '?!'],
  ])('does not count %s', (_name, text) => {
    expect(isStopWord(text, WORDS)).toBe(false);
  });

  it('has STOP in every set', () => {
    expect(ALWAYS_STOP_WORDS).toContain('STOP');
    expect(isStopWord('stop', [])).toBe(true);
    expect(isStopWord('стоп', [])).toBe(false);
  });

  it('does not take a setting without letters for a word', () => {
    expect(isStopWord('👍', ['', '!', '👎'])).toBe(false);
    expect(isStopWord('', ['', '!'])).toBe(false);
  });

  it('reads a megabyte of hostile text in linear time', { timeout: 60_000 }, () => {
    const started = performance.now();
    expect(isStopWord(`${'!'.repeat(1_000_000)}STOP${'!'.repeat(1_000_000)}x`, WORDS)).toBe(false);
    expect(isStopWord(`STOP${' ! '.repeat(300_000)}`, WORDS)).toBe(true);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  const word = fc.constantFrom('STOP', ...WORDS);
  const around = fc.string({
    unit: fc.constantFrom(...' \t\n\u00a0\u200b\ufeff.,!?"\'«»“”()-–…•*#', '🛑', '❤️', '👍🏽', '🇷🇺', '2️⃣'),
    maxLength: 8,
  });
  const spelling = fc.constantFrom<(text: string) => string>(
    (text) => text,
    (text) => text.toUpperCase(),
    (text) => text.toLowerCase(),
    (text) => text.normalize('NFD'),
    (text) => text.normalize('NFC'),
    (text) => text.toUpperCase().normalize('NFKD'),
    (text) => [...text].join('\u200b'),
    (text) => text.replaceAll(' ', '\u00a0\n '),
  );

  it('knows a word in every spelling and dress', () => {
    fc.assert(
      fc.property(around, word, spelling, around, (before, stop, spell, after) => {
        expect(isStopWord(before + spell(stop) + after, WORDS)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('does not know it beside another word', () => {
    const other = fc.stringMatching(/^[a-zа-я]{1,6}$/);
    const between = fc.constantFrom(' ', ', ', '. ', '🛑', '\n', '\u00a0', '-');
    fc.assert(
      fc.property(around, word, between, other, around, fc.boolean(), (before, stop, gap, also, after, first) => {
        const text = before + (first ? stop + gap + also : also + gap + stop) + after;
        expect(isStopWord(text, WORDS)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('finds any word in its own settings, whatever it is made of, if it has a letter or digit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), around, (text, dress) => {
        const withoutEmoji = text.replace(/\p{Extended_Pictographic}|[0-9#*]\ufe0f?\u20e3/gu, '');
        fc.pre(/(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{N}]/u.test(withoutEmoji.normalize('NFKC')));
        fc.pre(!/^\p{M}/u.test(text.normalize('NFKD')));
        expect(isStopWord(`${dress} ${text} ${dress}`, [text])).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('never throws', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.array(fc.string({ unit: 'binary' }), { maxLength: 3 }),
        (text, words) => {
          expect(typeof isStopWord(text, words)).toBe('boolean');
        },
      ),
    );
  });
});

describe('isStartWord', () => {
  it.each(['START', 'start!', ' «Unstop» ', 'ＳＴＡＲＴ', 'UNSTOP 👍'])('%j', (text) => {
    expect(isStartWord(text)).toBe(true);
  });

  it.each(['', 'STOP', 'start again', 'restart', 'do not start', '▶️'])('not %j', (text) => {
    expect(isStartWord(text)).toBe(false);
  });

  it('shares no word with the words that stop', () => {
    for (const start of START_WORDS) expect(isStopWord(start, WORDS)).toBe(false);
    for (const stop of ALWAYS_STOP_WORDS) expect(isStartWord(stop)).toBe(false);
  });
});

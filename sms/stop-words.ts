/**
 * Whether a text from a phone asks us to stop. Read on the plain text that the person wrote; the gateways' own cleaned
 * forms of it lose words.
 */

/** Stop words of every sender, whatever its settings. */
export const ALWAYS_STOP_WORDS = ['STOP'] as const;

/** Words that take back the entry that a stop word made. */
export const START_WORDS = ['START', 'UNSTOP'] as const;

/**
 * Whether the whole text is a stop word: one of `words` or of ALWAYS_STOP_WORDS. Case, Unicode form, invisible
 * characters, the amount of white space, and punctuation or emoji around the word do not matter. A stop word within a
 * sentence does not count.
 */
export function isStopWord(text: string, words: readonly string[]): boolean {
  return isOneOf(text, [...ALWAYS_STOP_WORDS, ...words]);
}

export function isStartWord(text: string): boolean {
  return isOneOf(text, START_WORDS);
}

function isOneOf(text: string, words: readonly string[]): boolean {
  const said = bareWords(text);
  // A word of punctuation alone in a sender's settings must not make every smiley a stop word.
  return said !== '' && words.some((word) => bareWords(word) === said);
}

/** What is left to compare by; empty where there is no letter or digit. */
function bareWords(text: string): string {
  const visible = text.replace(/\p{Default_Ignorable_Code_Point}/gu, '').replace(EMOJI, '•');
  return fromFirstToLastWord(caseless(visible)).replace(/\s+/gu, ' ');
}

/** Before NFKC, which would make letters and digits of some (™, ℹ, ㊙). Key caps are a digit and U+20E3. */
const EMOJI = /\p{Extended_Pictographic}|[0-9#*]\u20e3/gu;

/**
 * Unicode's own case folding is not in JavaScript. Upper case first brings together ß and ss, ı and i; the Turkish İ
 * needs a hand. Upper case also takes letters with two accents apart, hence NFKC again.
 */
function caseless(text: string): string {
  return text.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC').replaceAll('i\u0307', 'i');
}

/** By matching words, not by cutting off what is none: `[^…]+$` takes quadratic time on a long hostile text. */
function fromFirstToLastWord(text: string): string {
  let start: number | undefined;
  let end = 0;
  for (const word of text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu)) {
    start ??= word.index;
    end = word.index + word[0].length;
  }
  return text.slice(start ?? 0, end);
}

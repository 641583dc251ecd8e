/** The words of the pages: both languages have them all, and no placeholder is lost. That no key is missing, the types see to. */
import { describe, expect, it } from 'vitest';
import { en } from '../../web/text/en/index.ts';
import { ru } from '../../web/text/ru/index.ts';

type Words = { [key: string]: string | Words };

function flat(words: Words, at = ''): Map<string, string> {
  return new Map(
    Object.entries(words).flatMap(([key, held]) =>
      typeof held === 'string' ? [[`${at}${key}`, held] as const] : [...flat(held, `${at}${key}.`)],
    ),
  );
}

const placeholders = (text: string) => [...text.matchAll(/\{\{\w+\}\}/g)].map(([whole]) => whole).sort();
const [english, russian] = [flat(en), flat(ru)];

describe('the words', () => {
  it('are there in both languages', () => {
    expect(english.size).toBeGreaterThan(50);
    const plain = (keys: Iterable<string>) => [
      ...new Set([...keys].map((key) => key.replace(/_(one|few|many|other)$/, ''))),
    ];
    expect(plain(russian.keys()).sort()).toEqual(plain(english.keys()).sort());
    expect([...english, ...russian].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('are translated', () => {
    const same = [...russian].filter(([key, text]) => text !== '–' && english.get(key) === text).map(([key]) => key);
    expect(same).toEqual([]);
    expect([...russian].filter(([, text]) => text !== '–' && !/[а-яё]/i.test(text))).toEqual([]);
  });

  it('have the same placeholders', () => {
    for (const [key, text] of russian) {
      const original = english.get(key) ?? english.get(key.replace(/_(few|many)$/, '_other')) ?? '';
      expect(placeholders(text), key).toEqual(placeholders(original));
    }
  });
});

import i18next from 'i18next';
import { said as russian } from './ru/said.ts';

/** What the API says in English, in the language of the pages; what is not known of it stays as it is. */
export function said(text: string): string {
  return i18next.language === 'ru' ? inRussian(text) : text;
}

/** The same of what may as well be left out: undefined where there are no words for it. */
export function saidIfKnown(text: string | undefined): string | undefined {
  const words = text === undefined ? undefined : said(text);
  return words === text && i18next.language !== 'en' ? undefined : words;
}

export function inRussian(text: string): string {
  const known = russian[text];
  if (known !== undefined) return known;
  for (const { form, words } of FORMS) {
    const [, ...found] = form.exec(text) ?? [];
    // What stands within may be a sentence of the API as well.
    if (found.length > 0) return words.replaceAll('{}', () => inRussian(found.shift() ?? ''));
  }
  return text;
}

/** Those in which something differs, the longest first: the more is given, the better it fits. */
const FORMS = Object.entries(russian)
  .filter(([text]) => text.includes('{}'))
  .sort(([a], [b]) => b.length - a.length)
  .map(([text, words]) => ({ form: new RegExp(`^${text.split('{}').map(escaped).join('(.+?)')}$`, 's'), words }));

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

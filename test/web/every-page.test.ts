/** Every page of a house that is full, in both languages and both themes: nothing keeps a person out, and nothing is wrong. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApiKey } from '../../db/api-keys.ts';
import { en } from '../../web/text/en/index.ts';
import { filesIn, read } from '../docs/files.ts';
import { type System, startSystem } from '../system/system.ts';
import { type Admin, NARROW, openAdmin, startBrowser } from './browser.ts';
import { ADDRESSES, type Address } from './house/addresses.ts';
import { type Filled, fillHouse } from './house/fill.ts';

const WIDE = { width: 1280, height: 800 };
const LANGUAGES = ['en', 'ru'] as const;
const THEMES = ['light', 'dark'] as const;

let system: System;
let browser: Browser;
let filled: Filled;
let admins: Admin[];
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), startBrowser()]);
  const key = await createApiKey(system.db, { accountId: null, name: 'anna', scopes: ['admin'], kind: 'live' });
  const house = { apiUrl: system.apiUrl, simulatorUrl: system.simulator.url, key, db: system.db };
  filled = await fillHouse(house, { messages: 30 });
  admins = await Promise.all(
    LANGUAGES.map(async (language) => {
      const admin = await openAdmin(system, browser, { language });
      await admin.signIn(key);
      return admin;
    }),
  );
}, 300_000);
afterAll(async () => {
  await Promise.all([browser?.close(), system?.stop()]);
});

it('no page is left out', () => {
  const paths = filesIn('web/pages', 'index.ts').flatMap((file) =>
    [...read(file).matchAll(/path: '([^']+)'/g)].map(([, path]) => path),
  );
  expect(paths.length).toBeGreaterThan(10);
  expect(ADDRESSES.map(({ page }) => page)).toEqual(expect.arrayContaining(paths));
});

it.each(ADDRESSES)(
  '$name',
  async (address) => {
    const wrong = await Promise.all(admins.map((admin) => whatIsWrong(admin, address)));
    expect(wrong.flat()).toEqual([]);
  },
  180_000,
);

/** In one language: all themes, wide and narrow, by eye, by ear and by keyboard. */
async function whatIsWrong(admin: Admin, { path, whole, press }: Address): Promise<string[]> {
  const { page } = admin;
  const wrong: string[] = [];
  await page.setViewportSize(WIDE);
  await admin.open(path(filled));
  await page.locator(whole).first().waitFor();
  if (press) {
    await page.locator(press.what).click();
    await page.locator(press.brings).first().waitFor();
  }
  const headings = await page.locator('h1').allInnerTexts();
  const title = await page.title();
  if (headings.length !== 1) wrong.push(`headings: ${headings.join(', ')}`);
  if (title !== `${headings[0]} · durable-sms`) wrong.push(`title: ${title}`);
  wrong.push(...((await page.evaluate(WORDS)) as string[]).filter(isRaw).map((text) => `not translated: ${text}`));
  for (const theme of THEMES) {
    await admin.setTheme(theme);
    wrong.push(...(await admin.findings()).map((finding) => `${theme}: ${finding}`));
  }
  if (await admin.isTooWide()) wrong.push('is too wide');
  wrong.push(...(await notReached(admin)).map((element) => `not reached by Tab: ${element}`));
  await page.setViewportSize(NARROW);
  await expect.poll(() => admin.isTooWide(), { message: 'too wide for a phone' }).toBe(false);
  wrong.push(...admin.troubles().splice(0));
  return wrong;
}

/** All that is read out or shown. */
const WORDS = `[document.body.innerText, ...[...document.querySelectorAll('*')].flatMap((element) =>
  ['aria-label', 'placeholder', 'title', 'alt'].map((name) => element.getAttribute(name) ?? ''))].flatMap((text) =>
  text.split('\\n'))`;

const KEYS = new RegExp(`\\b(${Object.keys(en).join('|')})\\.[a-z]`);

/** A key of a text in place of the text, or a place in it that was not filled; those of a profile are meant. */
const isRaw = (text: string) => KEYS.test(text) || /\{\{(?!param\.)/.test(text);

/** What can be used on the page, and that the keyboard does not come to. */
async function notReached({ page }: Admin): Promise<string[]> {
  for (let again = 0; again < ROUND; again++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(REACH)) again = 0;
  }
  return (await page.evaluate(LEFT_OUT)) as string[];
}

/** As often in a row at what it has been at: the keyboard is round. A field for a time has a place for each of its parts. */
const ROUND = 10;

/** Marks what has the focus; whether that is new. */
const REACH = `(({ dataset }) => {
  const isNew = dataset.reached === undefined;
  dataset.reached = '';
  return isNew;
})(document.activeElement)`;

/** Where there is a question, of that. Of radio buttons and tabs the keyboard comes to the chosen one, and arrows lead to the others. */
const LEFT_OUT = `[...(document.querySelector('[role=dialog]') ?? document).querySelectorAll('a[href], button, input, select, textarea, summary')]
  .filter((element) => !element.matches(':disabled, [type=hidden], [type=radio]:not(:checked), [role=tab][tabindex="-1"]')
    && !element.closest('[aria-hidden=true]') && element.checkVisibility() && element.dataset.reached === undefined)
  .map((element) => element.outerHTML.slice(0, 200))`;

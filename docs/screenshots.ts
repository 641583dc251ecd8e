/**
 * Pictures of the admin pages, light and dark: `node --import tsx docs/screenshots.ts` starts a house of its own, fills it
 * with what is made up, and writes docs/screenshots.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import type { Place } from '../local/parts.ts';
import { runInTemporaryFolder } from '../local/temporary-folder.ts';
import { type Admin, openAdmin, startBrowser } from '../test/web/browser.ts';
import { ADDRESSES, type Address } from '../test/web/house/addresses.ts';
import { type Filled, fillHouse } from '../test/web/house/fill.ts';
import { phoneFor } from '../test/web/house/made-up.ts';
import { startHouse } from '../test/web/house/start.ts';

const THEMES = ['light', 'dark'] as const;
const MESSAGES = 420;
const WIDTH = 1280;
/** A page that is shorter has no empty space below; of a longer one the rest is left out, but where its best is there. */
const HEIGHT = { least: 560, usual: 800 };
const TALL: Readonly<Record<string, number>> = { overview: 1_760, 'message-delivered': 1_400, senders: 900 };
/** Of WebP: no loss that one sees, a third of the size of PNG. */
const QUALITY = 84;

/** The header, and what is around the page. */
const MARGINS = 56 + 2 * 16;

const say = (text: string) => process.stdout.write(`${text}\n`);
const clone = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

async function takePictures(place: Place): Promise<void> {
  const house = await startHouse(place);
  const browser = await startBrowser();
  try {
    say(`Sending ${MESSAGES} SMS …`);
    const filled = await fillHouse(house, { messages: MESSAGES });
    const admin = await openAdmin(house, browser);
    await admin.signIn(house.key);
    const folder = join(clone, 'docs/screenshots');
    mkdirSync(folder, { recursive: true });
    for (const address of ADDRESSES.filter(({ shown }) => shown)) {
      for (const [theme, picture] of await picturesOf(admin, address, filled)) {
        writeFileSync(join(folder, `${address.name}-${theme}.webp`), picture);
      }
      say(address.name);
    }
    if (admin.troubles().length > 0) throw new Error(admin.troubles().join('\n'));
  } finally {
    await Promise.all([browser.close(), house.db.close()]);
  }
}

async function picturesOf(
  { page, open, setTheme }: Admin,
  { name, path, whole }: Address,
  filled: Filled,
): Promise<[theme: string, picture: Buffer][]> {
  await page.setViewportSize({ width: WIDTH, height: HEIGHT.usual });
  await open(path(filled));
  await page.locator(whole).first().waitFor();
  await PREPARE[name]?.(page);
  const height = Number(await page.evaluate(`document.querySelector('main').firstElementChild.scrollHeight`)) + MARGINS;
  const most = TALL[name] ?? HEIGHT.usual;
  await page.setViewportSize({ width: WIDTH, height: Math.min(most, Math.max(HEIGHT.least, height)) });
  const session = await page.context().newCDPSession(page);
  const pictures: [string, Buffer][] = [];
  for (const theme of THEMES) {
    await setTheme(theme);
    // Playwright itself writes no WebP.
    const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
    pictures.push([theme, Buffer.from(data, 'base64')]);
  }
  await session.detach();
  return pictures;
}

/** What is done on a page before its picture is taken. */
const PREPARE: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  compose: async (page) => {
    await choose(page, 'Account', 'Blackbird Books');
    await choose(page, 'Sender', 'smsc-orders');
    await page.getByRole('textbox', { name: 'To' }).fill(phoneFor('', '217', 4));
    await page.getByRole('textbox', { name: 'Text' }).fill('Your order 48217 is packed and leaves today.');
    await page.getByText('It would be accepted.').waitFor();
  },
};

async function choose(page: Page, name: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name }).click();
  await page.getByRole('option', { name: option }).click();
}

await runInTemporaryFolder('screenshots', async (dataDir, fail) => {
  await takePictures({ clone, dataDir, say, onBreak: fail });
  return 0;
});

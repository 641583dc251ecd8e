/** What operators do on one day, from signing in on, in a real browser on the whole product. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApiKey } from '../../db/api-keys.ts';
import { FORM_AND_XML } from '../gateways/profiles.ts';
import { type System, startSystem } from '../system/system.ts';
import { openAdmin, startBrowser } from './browser.ts';
import { choose, create, fillCommon } from './walk/new-sender.ts';
import {
  answerStop,
  button,
  dialog,
  exportRows,
  go,
  importFile,
  preview,
  row,
  sendUntil,
  WATCH_PROGRESS,
  write,
} from './walk/steps.ts';

let system: System;
let browser: Browser;
let operator: string;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), startBrowser()]);
  operator = await createApiKey(system.db, { accountId: null, name: 'walk', scopes: ['admin'], kind: 'live' });
});
afterAll(async () => {
  await Promise.all([browser?.close(), system?.stop()]);
});

/** One for each sender; the first one answers STOP. */
const SMS = [
  { sender: 'walk-infobip', to: '+79995557801', text: 'Your order is on its way.' },
  { sender: 'walk-playmobile', to: '+998901117802', text: 'Ваш код 4821' },
  { sender: 'walk-http', to: '+79995557803', text: 'Table for two at eight.' },
] as const;
const [STOPPED] = SMS;

it('a day of an operator, in one window that is never loaded anew', async () => {
  const admin = await openAdmin(system, browser);
  const { page } = admin;
  page.context().setDefaultTimeout(30_000);
  await admin.signIn(operator);
  await page.evaluate('globalThis.isTheSame = true');
  await createSenders(page);

  const list = await page.context().newPage();
  await list.goto(`${system.apiUrl}/admin/messages`);
  await list.getByText('There is no message that fits.').waitFor();
  for (const sms of SMS) {
    await write(page, sms);
    await preview(page).getByText('It would be accepted.').waitFor();
    await sendUntil(page, 'delivered');
    await row(list, sms.to).getByText('delivered', { exact: true }).waitFor();
    expect(await system.takenFor(sms.to)).toBe(1);
  }

  const phones = await page.context().newPage();
  await phones.goto(system.simulator.url);
  await answerStop(phones, STOPPED.to);
  await go(page, 'Suppress lists');
  await choose(page, 'List', 'demo');
  await row(page, STOPPED.to).getByText('stop word', { exact: true }).waitFor();
  await write(page, STOPPED);
  await preview(page).getByText('The phone is on a suppress list').waitFor();
  await sendUntil(page, 'suppressed');
  await row(list, STOPPED.to).getByText('suppressed', { exact: true }).waitFor();
  expect(await system.takenFor(STOPPED.to)).toBe(1);

  await importAndExport(page);
  await deleteAndRestore(page, 'walk-http');
  await write(page, { ...SMS[2], text: 'Here again.' });
  await sendUntil(page, 'delivered');
  expect(await system.takenFor(SMS[2].to)).toBe(2);

  expect(await page.evaluate('globalThis.isTheSame')).toBe(true);
  expect(admin.troubles()).toEqual([]);
  await admin.close();
}, 240_000);

async function createSenders(page: Page): Promise<void> {
  const { url } = system.simulator;
  const begin = async (gateway: string) => {
    await go(page, 'Senders');
    await page.getByRole('main').getByRole('link', { name: 'New sender' }).click();
    await choose(page, /^Gateway/, gateway);
  };

  await begin('Infobip');
  await fillCommon(page, 'walk-infobip', 'ACME');
  await page.getByLabel('Address', { exact: true }).fill(`${url}/infobip`);
  await page.getByLabel('API key *').fill('walk-key');
  await create(page, system, { name: 'walk-infobip', wire: 'infobip', login: 'walk-key' });

  await begin('Play Mobile');
  await fillCommon(page, 'walk-playmobile', '3700');
  await page.getByLabel('Address', { exact: true }).fill(`${url}/playmobile`);
  await page.getByLabel('Login *').fill('walk');
  await page.getByLabel('Password *').fill('walk-password');
  await create(page, system, { name: 'walk-playmobile', wire: 'playmobile', login: 'walk' });

  await begin('Another gateway, by HTTP profile');
  await fillCommon(page, 'walk-http', 'ACME');
  await page.getByLabel('Address *').fill(`${url}/rapporto/walk`);
  await page.getByLabel('Login', { exact: true }).fill('walk');
  await page.getByLabel('Password', { exact: true }).fill('walk-password');
  await page.getByLabel('HTTP profile *').fill(JSON.stringify(FORM_AND_XML));
  await create(page, system, { name: 'walk-http', wire: 'rapporto', login: 'walk' });
}

/** What was imported into the global list, which is empty, is what comes out of it. */
async function importAndExport(page: Page): Promise<void> {
  const entries = Array.from({ length: 6_000 }, (_, i) => ({
    phone: `+99890111${String(i).padStart(4, '0')}`,
    reason: i % 2 === 0 ? 'по почте' : '',
    note: i % 3 === 0 ? '"by post, twice"' : '',
  }));
  await go(page, 'Suppress lists');
  await page.getByRole('link', { name: 'Imports' }).click();
  await page.getByRole('heading', { level: 1, name: 'Imports of suppress lists' }).waitFor();
  await page.evaluate(WATCH_PROGRESS);
  const lines = entries.map(({ phone, reason, note }) => [phone, reason, note].join(','));
  const counted = await importFile(page, ['phone,reason,note', ...lines].join('\r\n'));
  expect(counted).toMatchObject({ 'Rows read': '6,000', Added: '6,000', 'Not readable': '0' });
  const progress = (await page.evaluate('progress')) as number[];
  expect(progress.length).toBeGreaterThan(0);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));

  await go(page, 'Suppress lists');
  await page.locator('tbody tr').first().waitFor();
  const rows = await exportRows(page);
  const expected = entries.map(({ phone, reason, note }) => [phone, reason, 'import', note].join(','));
  expect(rows.map((line) => line.slice(0, line.lastIndexOf(','))).sort()).toEqual(expected.sort());
}

async function deleteAndRestore(page: Page, name: string): Promise<void> {
  await go(page, 'Senders');
  await button(row(page, name), `Delete: ${name}`).click();
  await button(dialog(page), 'Delete').waitFor();
  expect(await button(dialog(page), 'Delete').isDisabled()).toBe(true);
  await dialog(page).getByRole('textbox').fill(name);
  await button(dialog(page), 'Delete').click();
  await row(page, name).waitFor({ state: 'detached' });
  await page.getByLabel('Show deleted ones').check();
  await button(page, `Restore: ${name}`).click();
  await page.getByText('No sender has been deleted.').waitFor();
  await page.getByLabel('Show deleted ones').uncheck();
  await row(page, name).getByText('active').waitFor();
}

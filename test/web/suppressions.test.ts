/** Suppress lists in a real browser: one list with its filters, one phone over all of them, imports and exports. */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createAccount } from '../../db/accounts.ts';
import { createApiKey, type Scope } from '../../db/api-keys.ts';
import { addSuppression, type SuppressionSource, suppressionsOf } from '../../db/suppressions.ts';
import { type System, startSystem } from '../system/system.ts';
import { type Admin, type AdminOptions, openAdmin, startBrowser } from './browser.ts';

/** The machine may be busy with other tests. */
const SOON = { timeout: 15_000 };
const ACTOR = { keyId: null, name: 'test' };

let system: System;
let browser: Browser;
let operator: string;
let accountId: string;
let tenant: string;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem({ workers: 0 }), startBrowser()]);
  accountId = await createAccount(system.db, { name: 'Acme', defaultCountry: 'RU' });
  operator = await keyFor(['admin'], null);
  tenant = await keyFor(['suppressions:read', 'suppressions:write', 'phones:read', 'messages:send']);
  for (let i = 0; i < 60; i++) await put(phone(i), i === 7 ? 'stop-word' : 'import');
  await fetch(`${system.apiUrl}/v1/suppressions/import?list=global`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operator}`, 'content-type': 'text/csv' },
    body: `${phone(803)}\nnot a phone\n`,
  });
});
afterAll(async () => {
  await Promise.all([browser?.close(), system?.stop()]);
});

const phone = (n: number) => `+7999555${String(n).padStart(4, '0')}`;

async function keyFor(scopes: Scope[], of: string | null = accountId): Promise<string> {
  return await createApiKey(system.db, { accountId: of, name: 'browser', scopes, kind: 'live' });
}

async function put(phone: string, source: SuppressionSource, of: string | null = accountId): Promise<void> {
  await addSuppression(system.db, ACTOR, { phone, accountId: of, source, reason: 'asked us' });
}

async function signedIn(path: string, key: string, options: AdminOptions = {}): Promise<Admin> {
  const admin = await openAdmin(system, browser, { ...options, path });
  onTestFinished(() => admin.close());
  await admin.signIn(key);
  return admin;
}

const rows = (page: Page) => page.locator('tbody tr');
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const dialog = (page: Page) => page.getByRole('dialog');

describe('a list', () => {
  it('is shown page by page and by its filters', async () => {
    const admin = await signedIn('/suppressions', tenant);
    const { page } = admin;
    await rows(page).getByText(phone(59)).waitFor();
    expect(await rows(page).count()).toBe(50);
    await button(page, 'Older').click();
    await rows(page).getByText(phone(0)).waitFor();
    expect(page.url()).toContain('cursor=');
    await page.getByLabel('Phone', { exact: true }).fill(`8${phone(12).slice(2)}`);
    await expect.poll(() => rows(page).count(), SOON).toBe(1);
    await rows(page).getByText(phone(12)).waitFor();
    await button(page, 'Clear filters').click();
    await page.getByRole('combobox', { name: 'Source' }).click();
    await page.getByRole('option', { name: 'stop word' }).click();
    await expect.poll(() => rows(page).allTextContents(), SOON).toEqual([expect.stringContaining(phone(7))]);
    await page.goto(`${system.apiUrl}/admin/suppressions?to=2020-01-01T00:00:00Z`);
    await page.getByText('No phone that fits is on this list.').waitFor();
    expect(admin.troubles()).toEqual([]);
  });

  it('says what is wrong with a filter', async () => {
    const { page } = await signedIn('/suppressions', tenant);
    await page.getByLabel('Phone', { exact: true }).fill('not a phone');
    await page.getByText('A phone number may hold only digits').first().waitFor();
  });

  it('takes a phone with reason and note, and gives it back after asking', async () => {
    const admin = await signedIn('/suppressions', tenant);
    const { page } = admin;
    await button(page, 'Add a phone').click();
    await button(page, 'Put on the list').click();
    await dialog(page).getByText('Is empty.').waitFor();
    await dialog(page)
      .getByLabel(/^Phone/)
      .fill('12');
    await dialog(page).getByLabel('Reason').fill('x'.repeat(201));
    await button(page, 'Put on the list').click();
    await dialog(page).getByText('Is longer than 200 characters.').waitFor();
    await dialog(page).getByLabel('Reason').fill('wrote to us');
    await button(page, 'Put on the list').click();
    const field = dialog(page).getByLabel(/^Phone/);
    await expect.poll(() => field.getAttribute('aria-invalid'), SOON).toBe('true');
    await field.fill('8 999 555-08-01');
    await dialog(page).getByLabel('Note').fill('by e-mail');
    await button(page, 'Put on the list').click();
    await page.getByText('+79995550801 is on the list.').waitFor();
    const row = rows(page).filter({ hasText: '+79995550801' });
    await row.getByText('by e-mail').waitFor();
    expect(await suppressionsOf(system.db, '+79995550801')).toMatchObject([{ accountId, reason: 'wrote to us' }]);

    await row.getByRole('button', { name: 'Remove' }).click();
    await dialog(page).getByText('SMS can go to this phone again.').waitFor();
    await button(page, 'Back').click();
    await dialog(page).waitFor({ state: 'detached' });
    expect(await suppressionsOf(system.db, '+79995550801')).toHaveLength(1);
    await row.getByRole('button', { name: 'Remove' }).click();
    await dialog(page).getByRole('button', { name: 'Remove' }).click();
    await row.waitFor({ state: 'detached' });
    expect(await suppressionsOf(system.db, '+79995550801')).toEqual([]);
    expect(admin.troubles()).toEqual([]);
  });

  it('is chosen by operators, who have the global one too', async () => {
    const { page } = await signedIn('/suppressions', operator);
    await button(page, 'Add a phone').click();
    await dialog(page)
      .getByLabel(/^Phone/)
      .fill('+79995550802');
    await button(page, 'Put on the list').click();
    await rows(page).getByText('+79995550802').waitFor();
    expect(await suppressionsOf(system.db, '+79995550802')).toMatchObject([{ accountId: null, source: 'operator' }]);
    await page.getByRole('combobox', { name: 'List' }).click();
    await page.getByRole('option', { name: 'Acme' }).click();
    await rows(page).getByText(phone(59)).waitFor();
    expect(new URL(page.url()).searchParams.get('account')).toBe(accountId);
  });
});

describe('one phone', () => {
  it('is looked up over all lists', async () => {
    await put(phone(900), 'stop-word');
    await put(phone(900), 'operator', null);
    const admin = await signedIn('/suppressions', operator);
    const { page } = admin;
    await page.getByRole('link', { name: 'Look up a phone' }).click();
    await page.getByText('Type a phone number.').waitFor();
    await page.getByLabel('Phone', { exact: true }).fill(phone(900));
    await expect.poll(() => rows(page).count(), SOON).toBe(2);
    await rows(page).getByText('Acme').waitFor();
    await rows(page).getByText('Global list').waitFor();
    await rows(page).filter({ hasText: 'Acme' }).getByRole('button', { name: 'Remove' }).click();
    await dialog(page).getByText('asked by a stop word').waitFor();
    await dialog(page).getByRole('button', { name: 'Remove' }).click();
    await expect.poll(() => rows(page).count(), SOON).toBe(1);
    await page.getByLabel('Phone', { exact: true }).fill('+79995550999');
    await page.getByText('This phone is on none of the lists.').waitFor();
    await page.getByLabel('Phone', { exact: true }).fill('+7');
    await expect.poll(() => page.getByLabel('Phone', { exact: true }).getAttribute('aria-invalid'), SOON).toBe('true');
    expect(admin.troubles()).toEqual([]);
  });
});

describe('a file', () => {
  const give = (page: Page, text: string | Buffer) =>
    page
      .locator('input[type=file]')
      .setInputFiles({ name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(text as string) });
  const start = (page: Page) => page.getByRole('button', { name: 'Import', exact: true }).click();
  const fact = async (page: Page, name: string) =>
    await page.locator('dt', { hasText: name }).locator('xpath=following-sibling::dd').first().textContent();

  it('is imported, with its counters and the rows that cannot be read, and exported again', async () => {
    const admin = await signedIn('/suppressions', tenant);
    const { page } = admin;
    await page.getByRole('link', { name: 'Imports' }).click();
    await page.getByText('Nothing was imported yet.').waitFor();
    await start(page);
    await page.getByText('Choose a file first.').waitFor();
    await give(
      page,
      `phone;reason;note\r\n+79995551001;по почте;"=1+1"\r\n8 999 555-10-02;;\r\n${phone(3)};;\r\nhello;;\r\n`,
    );
    await start(page);
    await page.getByText('Rows that could not be read').first().waitFor();
    expect(await fact(page, 'Rows read')).toBe('4');
    expect(await fact(page, 'Added')).toBe('2');
    expect(await fact(page, 'On the list already')).toBe('1');
    const invalid = page.getByRole('table', { name: 'Rows that could not be read' }).locator('tbody tr');
    expect(await invalid.allTextContents()).toEqual([expect.stringMatching(/^5A phone number may hold only/)]);
    const earlier = page.getByRole('table', { name: 'Imports, newest first' });
    await earlier.getByRole('link', { name: 'Show' }).click();
    await page.getByRole('heading', { level: 1, name: 'Import' }).waitFor();
    await expect.poll(() => fact(page, 'Not readable'), SOON).toBe('1');

    await admin.open('/suppressions');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('suppressions.csv');
    const text = readFileSync(await download.path(), 'utf8');
    expect(text).toMatch(/^phone,reason,source,note,createdAt\r\n/);
    expect(text).toContain("+79995551001,по почте,import,'=1+1,");
    await admin.open('/suppressions/imports');
    await give(page, text);
    await start(page);
    await page.locator('dl').waitFor();
    expect(await fact(page, 'Added')).toBe('0');
    expect(await fact(page, 'Not readable')).toBe('0');
    expect(admin.troubles()).toEqual([]);
  });

  it('that is large shows how far it is, and can be stopped', async () => {
    const { page } = await signedIn('/suppressions/imports', tenant);
    await give(page, Array.from({ length: 300_000 }, (_, i) => phone(9_000 + (i % 1_000))).join('\n'));
    await start(page);
    const bar = page.getByRole('progressbar', { name: 'Progress of the import' });
    await expect.poll(async () => Number(await bar.getAttribute('aria-valuenow')), SOON).toBeGreaterThan(0);
    await button(page, 'Stop').click();
    await page.getByText('The import was stopped.').waitFor();
    await page.getByRole('table').getByText('broken off').waitFor({ timeout: 40_000 });
  });

  it.each([
    ['in another encoding', Buffer.from([0xcf, 0xf0, 0xe8, 0x2c, 0x0a]), 'The file is not in utf-8'],
    ['with a quote left open', `+79995551003,"${'x\n'.repeat(20_000)}`, 'Is a quote left open?'],
  ])('%s is refused, with the reason', async (_, content, reason) => {
    const { page } = await signedIn('/suppressions/imports', tenant);
    await give(page, content);
    await start(page);
    await page.getByRole('alert').getByText(reason).first().waitFor();
  });

  it('in the encoding of an old Excel is read', async () => {
    const { page } = await signedIn('/suppressions/imports', operator);
    await give(page, Buffer.concat([Buffer.from('+79995551004;'), Buffer.from([0xe4, 0xe0]), Buffer.from('\r\n')]));
    await page.getByRole('combobox', { name: 'Encoding' }).click();
    await page.getByRole('option', { name: 'Windows-1251' }).click();
    await start(page);
    await page.locator('dl').waitFor();
    expect(await suppressionsOf(system.db, '+79995551004')).toMatchObject([{ accountId: null, reason: 'да' }]);
  });
});

describe('a key', () => {
  it('that may only read sees neither phones nor what changes a list', async () => {
    const { page } = await signedIn('/suppressions', await keyFor(['suppressions:read']));
    await rows(page).first().waitFor();
    expect(await rows(page).first().textContent()).toContain('***');
    expect(await button(page, 'Add a phone').count()).toBe(0);
    expect(await button(page, /^Remove/).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Export' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Imports' }).click();
    await page.getByRole('heading', { name: 'Imports so far' }).waitFor();
    expect(await page.locator('input[type=file]').count()).toBe(0);
  });

  it('without the scope sees no page', async () => {
    const { page } = await signedIn('/suppressions', await keyFor(['messages:read']));
    await page.getByRole('heading', { level: 1, name: 'Not for this key' }).waitFor();
    expect(await page.getByRole('link', { name: 'Suppress lists' }).count()).toBe(0);
  });
});

it('what the API finds wrong is said in Russian too', async () => {
  const { page } = await signedIn('/suppressions', tenant, { language: 'ru' });
  await button(page, 'Добавить номер').click();
  await button(page, 'Внести в список').click();
  await dialog(page).getByText('Не заполнено.').waitFor();
  await dialog(page)
    .getByLabel(/^Номер/)
    .fill('12');
  await button(page, 'Внести в список').click();
  await dialog(page).getByText('Пишите номер с плюсом и кодом страны').waitFor();
});

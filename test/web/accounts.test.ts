/** Accounts, API keys and the erasure of a phone in a real browser. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createAccount } from '../../db/accounts.ts';
import { createApiKey, type Scope } from '../../db/api-keys.ts';
import { type System, startSystem } from '../system/system.ts';
import { type Admin, type AdminOptions, openAdmin, startBrowser } from './browser.ts';

/** The machine may be busy with other tests. */
const SOON = { timeout: 15_000 };
let system: System;
let browser: Browser;
let operator: string;
let accountId: string;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem({ workers: 0 }), startBrowser()]);
  accountId = await createAccount(system.db, { name: 'Acme', defaultCountry: null });
  operator = await keyFor(['admin'], null);
});
afterAll(async () => {
  await Promise.all([browser?.close(), system?.stop()]);
});

async function keyFor(scopes: Scope[], of: string | null = accountId): Promise<string> {
  return await createApiKey(system.db, { accountId: of, name: 'browser', scopes, kind: 'live' });
}

async function signedIn(path: string, key = operator, options: AdminOptions = {}): Promise<Admin> {
  const admin = await openAdmin(system, browser, { ...options, path });
  onTestFinished(() => admin.close());
  await admin.signIn(key);
  return admin;
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const dialog = (page: Page) => page.getByRole('dialog');
const inDialog = (page: Page, name: string | RegExp) => dialog(page).getByRole('button', { name });
const row = (page: Page, text: string) => page.locator('tbody tr', { hasText: text });
const statusFor = async (key: string) =>
  (await fetch(`${system.apiUrl}/v1/session`, { headers: { authorization: `Bearer ${key}` } })).status;

describe('accounts', () => {
  it('are made, renamed, archived and restored', async () => {
    const admin = await signedIn('/accounts');
    const { page } = admin;
    await button(page, 'New account').click();
    await dialog(page).getByLabel('Name').fill('Acme');
    await dialog(page).getByLabel('Default country').fill('zz');
    await inDialog(page, 'Make the account').click();
    await dialog(page).getByText('Is not the code of a country.').waitFor();
    await dialog(page).getByLabel('Default country').fill('ru');
    await dialog(page).getByText('Russia (RU)').waitFor();
    await inDialog(page, 'Make the account').click();
    await dialog(page).getByText("There is an account 'Acme' already; it may be archived.").waitFor();
    await dialog(page).getByLabel('Name').fill('Bolt');
    await inDialog(page, 'Make the account').click();
    await row(page, 'Bolt').getByText('Russia (RU)').waitFor();

    await row(page, 'Bolt').getByRole('button', { name: 'Change' }).click();
    expect(await dialog(page).getByLabel('Default country').inputValue()).toBe('RU');
    await dialog(page).getByLabel('Name').fill('');
    await inDialog(page, 'Save').click();
    await dialog(page).getByText('Is empty, begins or ends with a space').waitFor();
    await dialog(page).getByLabel('Name').fill('Bolt & Nut');
    await inDialog(page, 'Save').click();
    await row(page, 'Bolt & Nut').waitFor();

    await row(page, 'Bolt & Nut').getByRole('button', { name: 'Archive' }).click();
    await dialog(page).getByRole('textbox').fill('Bolt');
    expect(await inDialog(page, 'Archive').isDisabled()).toBe(true);
    await dialog(page).getByRole('textbox').fill('Bolt & Nut');
    await inDialog(page, 'Archive').click();
    await row(page, 'Bolt & Nut').waitFor({ state: 'detached' });
    await page.getByRole('combobox', { name: 'State' }).click();
    await page.getByRole('option', { name: 'archived' }).click();
    await row(page, 'Bolt & Nut').getByRole('button', { name: 'Restore' }).click();
    await inDialog(page, 'Restore').click();
    await page.getByText('No account fits.').waitFor();
    await button(page, 'Clear filters').click();
    await row(page, 'Bolt & Nut').getByText('in use').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Acme');
    await row(page, 'Bolt & Nut').waitFor({ state: 'detached' });
    await row(page, 'Acme').getByRole('link', { name: 'Keys' }).click();
    await page.getByRole('heading', { level: 1, name: 'API keys' }).waitFor();
    expect(new URL(page.url()).searchParams.get('account')).toBe(accountId);
    expect(admin.troubles()).toEqual([]);
  });
});

describe('a key', () => {
  it('is made with scopes and an end, shown once and revoked', async () => {
    const admin = await signedIn('/keys');
    const { page } = admin;
    await button(page, 'New key').click();
    await dialog(page).getByText('Send and cancel messages').waitFor();
    await dialog(page).getByRole('checkbox', { name: 'messages:send' }).uncheck();
    await dialog(page).getByRole('checkbox', { name: 'messages:read' }).uncheck();
    await dialog(page).getByLabel('Ends at').fill('2020-01-01T00:00');
    await inDialog(page, 'Make the key').click();
    for (const wrong of ['Is empty, begins', 'Is empty.', 'Has passed.']) {
      await dialog(page).getByText(wrong).first().waitFor();
    }
    await dialog(page).getByLabel('Name').fill('shop');
    await dialog(page).getByRole('checkbox', { name: 'senders:read' }).check();
    await dialog(page).getByLabel('Ends at').fill('2099-01-01T00:00');
    await inDialog(page, 'Make the key').click();
    await dialog(page).getByText('Is missing.').waitFor();
    await dialog(page).getByRole('combobox', { name: 'Account' }).click();
    await page.getByRole('option', { name: 'Acme' }).click();
    await inDialog(page, 'Make the key').click();
    const key = await dialog(page).getByLabel('API key', { exact: true }).inputValue();
    expect(key).toMatch(/^dsk_live_/);
    await page.keyboard.press('Escape');
    await button(page, 'Copy: API key').click();
    await inDialog(page, 'I have copied it').click();
    await dialog(page).waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(key);
    await row(page, 'shop').getByText('senders:read').waitFor();
    expect(await row(page, 'shop').textContent()).toContain('never');
    expect(await statusFor(key)).toBe(200);
    const made = await system.request('GET', '/v1/keys', undefined, { authorization: `Bearer ${operator}` });
    expect(made.body.keys[0]).toMatchObject({ name: 'shop', account: accountId, scopes: ['senders:read'] });

    await row(page, 'shop').getByRole('button', { name: 'Revoke' }).click();
    await dialog(page).getByText('It cannot be taken back.').waitFor();
    expect(await inDialog(page, 'Revoke').isDisabled()).toBe(true);
    await dialog(page).getByRole('textbox').fill('shop');
    await inDialog(page, 'Revoke').click();
    await row(page, 'shop').getByText('revoked', { exact: true }).waitFor();
    await expect.poll(() => statusFor(key), SOON).toBe(401);
    await page.getByRole('combobox', { name: 'State' }).click();
    await page.getByRole('option', { name: 'in use' }).click();
    await row(page, 'shop').waitFor({ state: 'detached' });
    expect(admin.troubles()).toEqual([]);
  });

  it('of an account makes keys of its account only, and sees neither accounts nor erasure', async () => {
    const { page } = await signedIn('/keys', await keyFor(['admin']));
    await button(page, 'New key').click();
    expect(await dialog(page).getByRole('combobox', { name: 'Account' }).count()).toBe(0);
    await dialog(page).getByLabel('Name').fill('its own');
    await inDialog(page, 'Make the key').click();
    await inDialog(page, 'I have copied it').click();
    await row(page, 'its own').waitFor();
    for (const name of ['Accounts', 'Erase a phone']) {
      expect(await page.getByRole('link', { name, exact: true }).count(), name).toBe(0);
    }
    for (const path of ['/accounts', '/erasure']) {
      await page.goto(`${system.apiUrl}/admin${path}`);
      await page.getByRole('heading', { level: 1, name: 'Not for this key' }).waitFor();
    }
  });

  it('without the scope sees no keys', async () => {
    const { page } = await signedIn('/keys', await keyFor(['messages:read']));
    await page.getByRole('heading', { level: 1, name: 'Not for this key' }).waitFor();
    expect(await page.getByRole('link', { name: 'API keys' }).count()).toBe(0);
  });
});

describe('the erasure of a phone', () => {
  const field = (page: Page) => page.locator('main').getByLabel(/^Phone/);

  it('asks for the phone once more, and tells what was erased', async () => {
    const id = await system.send({ to: '+79995550301', text: 'Hello', sender: 'demo-infobip' });
    const admin = await signedIn('/erasure');
    const { page } = admin;
    await button(page, 'Erase …').click();
    await page.getByText('The phone number is empty.').waitFor();
    await field(page).fill('8 999 555 03 01');
    await button(page, 'Erase …').click();
    await dialog(page).getByRole('textbox').fill('8 999 555 03 01');
    await inDialog(page, 'Erase for ever').click();
    await expect.poll(() => field(page).getAttribute('aria-invalid'), SOON).toBe('true');

    await field(page).fill('+79995550301');
    await button(page, 'Erase …').click();
    await dialog(page).getByRole('textbox').fill('+7999555030');
    expect(await inDialog(page, 'Erase for ever').isDisabled()).toBe(true);
    await inDialog(page, 'Cancel').last().click();
    await dialog(page).waitFor({ state: 'detached' });
    await button(page, 'Erase …').click();
    await dialog(page).getByRole('textbox').fill('+79995550301');
    await inDialog(page, 'Erase for ever').click();
    await page.getByText('Open messages to this phone: 1.').waitFor();

    await system.db.sql`UPDATE messages SET status = 'delivered' WHERE id = ${id}`;
    await button(page, 'Erase …').click();
    await dialog(page).getByRole('textbox').fill('+79995550301');
    await inDialog(page, 'Erase for ever').click();
    await page.getByText('+79995550301 is erased').waitFor();
    expect(await page.locator('dd').first().textContent()).toBe('1');
    const [{ phone, text } = {}] = await system.db.sql`SELECT phone, text FROM messages WHERE id = ${id}`;
    expect([phone, text]).not.toContain('+79995550301');
    expect(text).not.toBe('Hello');
    expect(admin.troubles()).toEqual([]);
  });
});

it.each([
  ['en', 'light'],
  ['ru', 'dark'],
] as const)('nothing keeps a person out of an erasure, in %s on a %s screen', async (language, theme) => {
  const admin = await signedIn('/erasure', operator, { language, theme });
  const { page } = admin;
  await page.locator('main input').fill('+79995550309');
  await page.locator('main button[type=submit]').click();
  await dialog(page).waitFor();
  expect(await admin.findings(), 'the question').toEqual([]);
  await dialog(page).getByRole('textbox').fill('+79995550309');
  await page.keyboard.press('Enter');
  await page.locator('[role=status]', { hasText: '+79995550309' }).waitFor();
  expect(await admin.findings(), 'what was erased').toEqual([]);
});

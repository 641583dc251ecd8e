/** What is done with senders that there are, what is wrong in a form, who may, and whether everybody can, in a real browser. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createApiKey, type Scope } from '../../db/api-keys.ts';
import { type System, startSystem } from '../system/system.ts';
import { type Admin, type AdminOptions, openAdmin, startBrowser } from './browser.ts';

let system: System;
let browser: Browser;
let operator: string;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem({ workers: 0 }), startBrowser()]);
  operator = await keyFor(['admin']);
});
afterAll(async () => {
  await Promise.all([browser?.close(), system?.stop()]);
});

async function keyFor(scopes: Scope[], accountId: string | null = null): Promise<string> {
  return await createApiKey(system.db, { accountId, name: 'browser', scopes, kind: 'live' });
}

async function signedIn(options: AdminOptions = {}, key = operator): Promise<Admin> {
  const admin = await openAdmin(system, browser, options);
  onTestFinished(() => admin.close());
  await admin.signIn(key);
  return admin;
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });

describe('wrong input', () => {
  it('is shown at the field, and the first one has the focus', async () => {
    const admin = await signedIn({ path: '/senders/new?gateway=smsc' });
    const { page } = admin;
    await button(page, 'Create sender').click();
    const name = page.getByLabel('Name *');
    await expect.poll(() => name.getAttribute('aria-invalid')).toBe('true');
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe(await name.getAttribute('id'));
    await name.fill('demo-smsc');
    await page.getByLabel('Login', { exact: true }).fill('acme');
    await page.getByLabel('Validity', { exact: true }).fill('5');
    await page.getByRole('combobox', { name: 'Only verified phones' }).fill('12');
    await page.getByRole('combobox', { name: 'Only verified phones' }).press('Enter');
    await button(page, 'Create sender').click();
    const validity = page.getByLabel('Validity', { exact: true });
    const phones = page.getByRole('combobox', { name: 'Only verified phones' });
    for (const input of [validity, phones]) {
      await expect.poll(() => input.getAttribute('aria-invalid')).toBe('true');
    }
    await page.getByText('Is less than 60.').first().waitFor();
    expect(await admin.findings()).toEqual([]);
    expect(page.url()).toContain('/senders/new');
  });

  it('in a profile and a table is told where it is', async () => {
    const { page } = await signedIn({ path: '/senders/new?gateway=http' });
    await page.getByLabel('Name *').fill('never');
    await page.getByLabel('Address *').fill('ftp://example.org');
    await page.getByLabel('HTTP profile *').fill('{"send": {}}');
    await button(page, 'Parameters: Add a row').click();
    await page.getByLabel('Parameters: name 1').fill('not a name');
    await button(page, 'Create sender').click();
    await page.getByText('send.url: Is missing.').waitFor();
    await page.getByText('must be an http:// or https:// address').first().waitFor();
    await page.getByLabel('HTTP profile *').fill('{"send"');
    await button(page, 'Create sender').click();
    await page.getByText('Is not JSON.').waitFor();
    await button(page, 'Parameters: remove row 1').click();
    expect(await page.getByLabel('Parameters: name 1').count()).toBe(0);
    await button(page, 'Try it out').click();
    await page.getByText('#/settings/profile', { exact: false }).first().waitFor();
  });

  it('and what a test says are in the language of the pages', async () => {
    const { page } = await signedIn({ language: 'ru', path: '/senders/new?gateway=http' });
    await page.getByLabel('Имя *').fill('never');
    await page.getByLabel('Адрес *').fill('ftp://example.org');
    await page.getByLabel('HTTP-профиль *').fill('{"send": {"url": "{{url}}/{{cost}}"}}');
    await button(page, 'Создать отправителя').click();
    await page.getByText('Нужен адрес http:// или https://.').first().waitFor();
    await page.getByText('send.url: Подстановки {{cost}} не существует.').waitFor();
    const { id } = await system.sender('demo-playmobile');
    await page.goto(`${system.apiUrl}/admin/senders/${id}?tab=test`);
    await button(page, 'Проверить вход').click();
    await page
      .getByRole('alert')
      .getByText('У Play Mobile нет запроса для проверки входа. Отправьте тестовую SMS.')
      .waitFor();
  });

  it('of a test is shown as well', async () => {
    const { id } = await system.sender('demo-infobip');
    const { page } = await signedIn({ path: `/senders/${id}?tab=test` });
    await page.getByLabel(/^Phone/).fill('12');
    await button(page, 'Send the test SMS').click();
    await expect.poll(() => page.getByLabel(/^Phone/).getAttribute('aria-invalid')).toBe('true');
  });
});

describe('a sender that is there', () => {
  it('is changed by its name in the table; its secrets stay, or change', async () => {
    await system.addSender(simulated('web-change', 'web-change-key'));
    const { page } = await signedIn({ path: '/senders' });
    await page.getByRole('link', { name: 'web-change', exact: false }).first().click();
    await page.getByLabel('Name *').fill('web-changed');
    expect(await page.getByLabel('API key', { exact: true }).inputValue()).toBe('');
    expect(await page.getByLabel('API key', { exact: true }).getAttribute('placeholder')).toBe('unchanged');
    await button(page, 'Save').click();
    await page.getByText('web-changed is saved.').waitFor();
    expect((await system.sender('web-changed')).settings).toMatchObject({ apiKey: 'web-change-key', apiVersion: 3 });
    await page.getByLabel('API key', { exact: true }).fill('another-key');
    await page.getByRole('combobox', { name: 'API version' }).click();
    await page.getByRole('option', { name: '2', exact: true }).click();
    await page.getByLabel('Webhook login').fill('hook');
    await page.getByLabel('Webhook password', { exact: true }).fill('hook-password');
    await button(page, 'Save').click();
    await expect
      .poll(async () => (await system.sender('web-changed')).settings)
      .toMatchObject({ apiKey: 'another-key', apiVersion: 2, hookPassword: 'hook-password' });
    await page.getByLabel('Remove it: Webhook password').check();
    await page.getByLabel('Webhook login').fill('');
    await button(page, 'Save').click();
    await expect
      .poll(async () => Object.keys((await system.sender('web-changed')).settings))
      .not.toContain('hookPassword');
  });

  it('is paused, resumed, deleted and restored', async () => {
    await system.addSender(simulated('web-comes-and-goes', 'web-goes-key'));
    const { id } = await system.sender('web-comes-and-goes');
    const { page } = await signedIn({ path: `/senders/${id}?tab=health` });
    await button(page, 'Pause').click();
    await page.getByLabel('Reason').fill('maintenance');
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
    await page.getByText('browser: maintenance').waitFor({ timeout: 20_000 });
    await button(page, 'Resume').click();
    await page.getByText('web-comes-and-goes goes on.').waitFor();
    await button(page, 'Pause').waitFor();
    await page.getByRole('link', { name: 'Senders' }).click();
    await button(page, 'Delete: web-comes-and-goes').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('web-comes');
    expect(await dialog.getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('web-comes-and-goes');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await row(page, 'web-comes-and-goes').waitFor({ state: 'detached' });
    await page.getByLabel('Show deleted ones').check();
    await button(page, 'Restore: web-comes-and-goes').click();
    await page.getByText('No sender has been deleted.').waitFor();
    await page.getByLabel('Show deleted ones').uncheck();
    await row(page, 'web-comes-and-goes').getByText('active').waitFor();
  });

  it('gets new addresses, when that is confirmed', async () => {
    const { id } = await system.sender('demo-playmobile');
    const { page } = await signedIn({ path: `/senders/${id}?tab=addresses` });
    const field = page.getByLabel('Delivery reports', { exact: true });
    const before = await field.inputValue();
    await button(page, 'Make new addresses').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Make new addresses' }).click();
    await page.getByText('The addresses before these are taken until').waitFor();
    expect(await field.inputValue()).not.toBe(before);
  });

  it('shows how it does in the table', async () => {
    const admin = await openAdmin(system, browser);
    onTestFinished(() => admin.close());
    const { page } = admin;
    const asked = new Set<string>();
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.endsWith('/health')) asked.add(pathname);
    });
    await admin.signIn(operator);
    await page.getByRole('link', { name: 'Senders', exact: true }).click();
    const shown = row(page, 'demo-playmobile');
    await shown.getByText('well').waitFor();
    await shown.getByText('0 of 2940 a minute').waitFor();
    await shown.getByText('0 waiting').waitFor();
    await shown.getByText('Play Mobile').waitFor();
    expect([...asked]).toEqual(['/v1/senders/health']);
  });
});

function simulated(name: string, apiKey: string) {
  const settings = { url: `${system.simulator.url}/infobip`, apiKey };
  return { name, gateway: 'infobip', settings, login: apiKey, callerId: 'ACME' };
}

describe('a key', () => {
  it('of an account sees its senders, and changes none', async () => {
    const { id, accountIds } = await system.sender('demo-smsc');
    const key = await keyFor(['senders:read', 'senders:write'], accountIds[0]);
    const admin = await signedIn({ path: '/senders' }, key);
    const { page } = admin;
    await row(page, 'demo-smsc').waitFor();
    for (const name of ['New sender', /^Edit/, /^Delete/]) expect(await button(page, name).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'New sender' }).count()).toBe(0);
    await admin.open(`/senders/${id}`);
    expect(await page.getByLabel('Name *').isDisabled()).toBe(true);
    expect(await page.getByRole('tab').count()).toBe(1);
    for (const name of ['Save', 'Pause', /^Delete/]) expect(await button(page, name).count()).toBe(0);
    await admin.open('/senders/new');
    await heading(page, 'Not for this key').waitFor();
    expect(admin.troubles()).toEqual([]);
  });

  it('that only reads sees settings and health', async () => {
    const { id } = await system.sender('demo-smsc');
    const { page } = await signedIn({ path: `/senders/${id}` }, await keyFor(['senders:read']));
    await page.getByLabel('Login', { exact: true }).waitFor();
    expect(await page.getByLabel('Login', { exact: true }).isDisabled()).toBe(true);
    expect(await page.getByRole('tab').allInnerTexts()).toEqual(['Settings', 'Health']);
  });

  it('without the scope sees no sender', async () => {
    const { page } = await signedIn({ path: '/senders' }, await keyFor(['messages:read']));
    await heading(page, 'Not for this key').waitFor();
  });
});

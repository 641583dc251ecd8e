/** The frame of the admin pages in a real browser: signing in and out, languages, themes, and a page with a list. */
import type { Browser, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { SESSION_COOKIE } from '../../api/session.ts';
import { createApiKey, type Scope } from '../../db/api-keys.ts';
import { type System, startSystem } from '../system/system.ts';
import { type Admin, type AdminOptions, NARROW, openAdmin, startBrowser } from './browser.ts';

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

async function keyFor(scopes: Scope[], name = 'browser', accountId: string | null = null): Promise<string> {
  return await createApiKey(system.db, { accountId, name, scopes, kind: 'live' });
}

async function open(options: AdminOptions = {}): Promise<Admin> {
  const admin = await openAdmin(system, browser, options);
  onTestFinished(() => admin.close());
  return admin;
}

async function signedIn(options: AdminOptions = {}, key = operator): Promise<Admin> {
  const admin = await open(options);
  await admin.signIn(key);
  return admin;
}

const keyField = (page: Page) => page.getByLabel(/^API key/);
const heading = ({ page }: Admin) => page.getByRole('heading', { level: 1 });

describe('signing in', () => {
  it('is refused with a wrong key, and says so', async () => {
    const { page } = await open();
    for (const key of ['wrong', 'ключ', `${operator}x`]) {
      await keyField(page).fill(key);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('This key is wrong, expired or revoked.').waitFor();
      expect(await page.locator('nav').count()).toBe(0);
      await keyField(page).fill('');
    }
  });

  it('leads to where one wanted to go, and holds', async () => {
    const admin = await signedIn({ path: '/audit?action=key' });
    await heading(admin).getByText('Audit log').waitFor();
    expect(new URL(admin.page.url()).search).toBe('?action=key');
    await admin.page.reload();
    await heading(admin).getByText('Audit log').waitFor();
    expect(await admin.page.title()).toBe('Audit log · durable-sms');
    expect(admin.troubles()).toEqual([]);
  });

  it('keeps the key out of what a script can read', async () => {
    const { page } = await signedIn();
    const readable = await page.evaluate(
      'JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }])',
    );
    expect(readable).not.toContain(operator.slice(-20));
    expect(readable).not.toContain(SESSION_COOKIE);
  });

  it('ends by signing out, also for who goes back', async () => {
    const { page } = await signedIn({ path: '/audit' });
    await page.getByRole('button', { name: 'browser' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await keyField(page).waitFor();
    expect((await page.context().cookies()).map(({ name }) => name)).not.toContain(SESSION_COOKIE);
    await page.reload();
    await keyField(page).waitFor();
  });

  it('is asked for again when the session is over, at the same address', async () => {
    const admin = await signedIn({ path: '/audit' });
    await heading(admin).getByText('Audit log').waitFor();
    await admin.page.context().clearCookies();
    await admin.page.getByLabel('What').fill('sender');
    await keyField(admin.page).waitFor();
    await admin.signIn(operator);
    await heading(admin).getByText('Audit log').waitFor();
    expect(new URL(admin.page.url()).search).toBe('?action=sender');
  });
});

describe('the session', () => {
  it('opens the stream of what happens to messages', async () => {
    const { page } = await signedIn();
    // Which gives the tab its title.
    await page.locator('h1').waitFor();
    const told = page.evaluate(`new Promise((resolve) => {
      const source = new EventSource('/v1/stream');
      source.addEventListener('status', ({ data }) => { source.close(); resolve(data); });
      source.addEventListener('open', () => document.title = 'open');
    })`);
    await expect.poll(() => page.title()).toBe('open');
    const id = await system.send({ to: '+79995550142', sender: 'demo-infobip' });
    expect(await told).toContain(id);
  });
});

describe('a live page', () => {
  it('listens while it can be seen, and leaves the connection to others in the background', async () => {
    const admin = await open({ path: '/messages' });
    const { page } = admin;
    await Promise.all([page.waitForRequest(isStream), admin.signIn(operator)]);
    const see = (seen: boolean) =>
      page.evaluate(`Object.defineProperty(document, 'hidden', { configurable: true, value: ${!seen} });
        document.dispatchEvent(new Event('visibilitychange'))`);
    await Promise.all([page.waitForEvent('requestfailed', isStream), see(false)]);
    await Promise.all([page.waitForRequest(isStream), see(true)]);
  });
});

const isStream = (request: Request) => new URL(request.url()).pathname === '/v1/stream';

describe('a key without the scope', () => {
  it('sees neither the page nor the way to it', async () => {
    const key = await keyFor(['messages:read'], 'reader');
    const admin = await signedIn({ path: '/audit' }, key);
    await heading(admin).getByText('Not for this key').waitFor();
    expect(await admin.page.getByRole('link', { name: 'Audit log' }).count()).toBe(0);
  });
});

describe('an address that leads nowhere', () => {
  it('says so', async () => {
    const admin = await signedIn({ path: '/no/such/page' });
    await heading(admin).getByText('There is no such page').waitFor();
  });
});

describe('language and theme', () => {
  it('follow the browser at first, and then what was chosen', async () => {
    const admin = await signedIn({ language: 'ru', theme: 'dark', path: '/audit' });
    const { page } = admin;
    await heading(admin).getByText('Журнал изменений').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('ru');
    expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('button', { name: 'Light' }).click();
    await page.reload();
    await heading(admin).getByText('Audit log').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('light');
  });
});

describe('the audit log', () => {
  it('lists what happened, filters it and pages through it, by its address', async () => {
    for (let i = 0; i < 60; i++) await keyFor(['messages:read'], `paged ${i}`);
    const admin = await signedIn({ path: '/audit' });
    const { page } = admin;
    const rows = page.locator('tbody tr');
    await rows.getByText('paged 59').waitFor();
    expect(await rows.count()).toBe(50);
    await page.getByRole('button', { name: 'Older' }).click();
    await rows.getByText('paged 0"').waitFor();
    expect(page.url()).toContain('cursor=');
    await page.goBack();
    await rows.getByText('paged 59').waitFor();
    await page.getByLabel('What').fill('sender.create');
    await rows.getByText('demo-infobip').waitFor();
    expect(await rows.count()).toBe(3);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await rows.getByText('paged 59').waitFor();
    expect(new URL(page.url()).search).toBe('');
    expect(admin.troubles()).toEqual([]);
  });

  it('says what is wrong with a filter, and that nothing fits', async () => {
    const { page } = await signedIn({ path: '/audit' });
    await page.getByLabel('What').fill('No Action');
    await page.getByText('Is not an action.').first().waitFor();
    await page.getByLabel('What').fill('none.such');
    await page.getByText('No change was made yet that fits.').waitFor();
  });

  it('says that the API is away, and goes on when it is back', async () => {
    const { page } = await signedIn({ path: '/audit' });
    await page.locator('tbody tr').first().waitFor();
    await page.route('**/v1/audit*', (route) => route.abort());
    await page.getByLabel('What').fill('key');
    await page.getByText('The API cannot be reached.').waitFor({ timeout: 20_000 });
    await page.unroute('**/v1/audit*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('tbody tr').first().waitFor();
  });
});

describe.each(['en', 'ru'] as const)('in %s', (language) => {
  it.each(['light', 'dark'] as const)('nothing keeps a person with a %s screen out', async (theme) => {
    const admin = await open({ language, theme, path: '/audit' });
    await admin.page.locator('h1').waitFor();
    expect(await admin.findings()).toEqual([]);
    await admin.signIn(operator);
    await admin.page.locator('tbody tr').first().waitFor();
    expect(await admin.findings()).toEqual([]);
    await admin.page.getByRole('button', { name: 'browser' }).click();
    await admin.page.getByRole('dialog').waitFor();
    expect(await admin.findings()).toEqual([]);
    await admin.open('/no/such/page');
    expect(await admin.findings()).toEqual([]);
  });

  it('everything fits on a narrow screen', async () => {
    const admin = await open({ language, viewport: NARROW, path: '/audit' });
    await admin.page.locator('h1').waitFor();
    expect(await admin.isTooWide()).toBe(false);
    await admin.signIn(operator);
    await admin.page.locator('tbody tr').first().waitFor();
    expect(await admin.isTooWide()).toBe(false);
    await admin.page.locator('button[aria-expanded]').first().click();
    await admin.page.getByRole('link', { name: language === 'ru' ? 'Журнал' : 'Audit' }).click();
    expect(await admin.isTooWide()).toBe(false);
  });
});

/** The API away while pages are open, and keys that may not see a page, in a real browser. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createApiKey, type Scope } from '../../db/api-keys.ts';
import type { Child } from '../../local/processes.ts';
import { type System, startSystem } from '../system/system.ts';
import { type Admin, openAdmin, startBrowser } from './browser.ts';
import { choose } from './walk/new-sender.ts';
import { button, dialog } from './walk/steps.ts';

let system: System;
let api: Child;
let browser: Browser;
let operator: string;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem({ workers: 0, api: false }), startBrowser()]);
  operator = await keyFor(['admin'], null);
  api = await system.startApi();
});
afterAll(async () => {
  await Promise.all([browser?.close(), system?.stop()]);
});

async function keyFor(scopes: Scope[], accountId: string | null): Promise<string> {
  return await createApiKey(system.db, { accountId, name: 'away', scopes, kind: 'live' });
}

async function signedIn(key = operator): Promise<Admin> {
  const admin = await openAdmin(system, browser);
  onTestFinished(() => admin.close());
  admin.page.context().setDefaultTimeout(30_000);
  await admin.signIn(key);
  return admin;
}

const AWAY = 'The API cannot be reached.';
const again = (page: Page) => button(page, 'Try again');
const awayIn = (page: Page) => page.getByRole('alert').getByText(AWAY);

describe('the API away', () => {
  it('is told by every page, and each goes on when it is back', async () => {
    const message = await system.send({ to: '+79995557900', sender: 'demo-infobip' });
    const { id } = await system.sender('demo-smsc');
    const { page } = await signedIn();
    await page.evaluate(TIMERS_RUN_FASTER);
    // What one of them has read, those behind it may still know: the gateways, and the accounts.
    const pages = [
      ...['/senders/new', '/messages', `/messages/${message}`, '/inbound', '/unmatched', '/unmatched?view=refused'],
      ...['/suppressions', `/suppressions/lookup?phone=${encodeURIComponent('+79995557900')}`, '/suppressions/imports'],
      ...['/senders', `/senders/${id}`, '/accounts', '/keys', '/audit'],
    ];
    // These read anew by themselves.
    const following = ['/overview', `/senders/${id}?tab=health`];
    for (const path of [...pages, ...following]) {
      await page.route('**/v1/**', (route) => route.abort());
      await page.evaluate(`history.pushState(null, '', '/admin${path}')`);
      await awayIn(page).first().waitFor();
      await page.unroute('**/v1/**');
      if (pages.includes(path)) await again(page).first().click();
      await expect.poll(() => awayIn(page).count(), { message: path }).toBe(0);
      await page.getByRole('heading', { level: 1 }).waitFor();
    }
  }, 120_000);

  it('keeps nobody from choosing an account once it is back', async () => {
    const { page } = await signedIn();
    await page.route('**/v1/accounts*', (route) => route.abort());
    await page.goto(`${system.apiUrl}/admin/messages/new`);
    await awayIn(page).waitFor();
    await page.unroute('**/v1/accounts*');
    await again(page).click();
    await choose(page, 'Sender', 'demo-smsc');
  });

  it('for real: what follows catches up, a form keeps what was typed, and code that is missing comes', async () => {
    const admin = await signedIn();
    const messages = admin.page;
    await admin.open('/messages');
    const overview = await messages.context().newPage();
    await overview.goto(`${system.apiUrl}/admin/overview`);
    await overview.getByRole('heading', { name: 'Senders that need a look' }).waitFor();
    const other = await signedIn();
    await other.open('/erasure');

    await api.killHard();
    await overview.getByText('Not connected').waitFor();
    await awayIn(overview).waitFor();
    const phone = other.page.getByRole('main').getByLabel(/^Phone/);
    await phone.fill('+79995557999');
    await button(other.page, 'Erase …').click();
    await dialog(other.page).getByRole('textbox').fill('+79995557999');
    await button(dialog(other.page), 'Erase for ever').click();
    await awayIn(other.page).waitFor();
    expect(await phone.inputValue()).toBe('+79995557999');
    await button(other.page, 'away').click();
    await button(other.page, 'Sign out').click();
    await dialog(other.page).getByText(AWAY).waitFor();
    await other.page.keyboard.press('Escape');
    // Its code has not been loaded yet.
    await other.page.getByRole('link', { name: 'Accounts' }).click();
    await awayIn(other.page).waitFor();

    api = await system.startApi();
    await again(other.page).click();
    await other.page.getByRole('heading', { level: 1, name: 'Accounts' }).waitFor();
    for (const page of [overview, messages]) await expect.poll(() => awayIn(page).count()).toBe(0);
    await overview.getByText('Not connected').waitFor({ state: 'detached' });
    await system.send({ to: '+79995557901', sender: 'demo-infobip' });
    await messages.getByRole('row').filter({ hasText: '+79995557901' }).waitFor();
    expect(await messages.getByRole('switch', { name: 'Live refresh' }).isChecked()).toBe(true);
  }, 120_000);
});

/** So that the pauses between tries cost little. */
const TIMERS_RUN_FASTER = `setTimeout = ((set) => (call, ms, ...rest) => set(call, ms / 10, ...rest))(setTimeout);`;

describe('a key', () => {
  const ALL = {
    Overview: '/overview',
    Messages: '/messages',
    Compose: '/messages/new',
    'Inbound texts': '/inbound',
    'Unmatched reports': '/unmatched',
    'Suppress lists': '/suppressions',
    Senders: '/senders',
    Accounts: '/accounts',
    'API keys': '/keys',
    'Audit log': '/audit',
    'Erase a phone': '/erasure',
  };
  const OF_AN_ACCOUNT = ['Overview', 'Messages', 'Compose', 'Inbound texts', 'Suppress lists', 'Senders'];
  const scopes: Scope[] = [
    ...(['messages:send', 'messages:read', 'phones:read', 'senders:read', 'senders:write'] as const),
    ...(['suppressions:read', 'suppressions:write'] as const),
  ];

  it.each([
    { who: 'of an account', scopes, shown: OF_AN_ACCOUNT, first: 'Overview', further: '/senders/new' },
    {
      who: 'only to send',
      scopes: ['messages:send'],
      shown: ['Compose'],
      first: 'New message',
      further: '/messages/any',
    },
  ] satisfies KeyCase[])('$who is shown its pages, and told of others', async ({ scopes, shown, first, further }) => {
    const { accountIds } = await system.sender('demo-infobip');
    const admin = await signedIn(await keyFor(scopes, accountIds[0] ?? ''));
    const { page } = admin;
    await page.getByRole('heading', { level: 1, name: first }).waitFor();
    expect(await page.getByRole('navigation').getByRole('link').allInnerTexts()).toEqual(shown);
    const hidden = Object.entries(ALL).filter(([name]) => !shown.includes(name));
    for (const path of [...hidden.map(([, path]) => path), further]) {
      await page.goto(`${system.apiUrl}/admin${path}`);
      await page.getByRole('heading', { level: 1, name: 'Not for this key' }).waitFor();
      await page.getByText('Sign out to use another.').waitFor();
    }
    expect(admin.troubles()).toEqual([]);
  });
});

interface KeyCase {
  who: string;
  scopes: Scope[];
  /** In the navigation. */
  shown: string[];
  /** The title of the page that it comes to by signing in. */
  first: string;
  /** A page without a place in the navigation. */
  further: string;
}

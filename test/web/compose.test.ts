/** Writing one SMS: what would become of it, and what becomes of it, in a real browser on the whole product. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { findAccount } from '../../db/accounts.ts';
import { createApiKey, type Scope } from '../../db/api-keys.ts';
import { suppressPhone } from '../../db/suppressions.ts';
import { type System, startSystem } from '../system/system.ts';
import { type Admin, type AdminOptions, NARROW, openAdmin, startBrowser } from './browser.ts';

let system: System;
let browser: Browser;
let operator: string;
let accountId: string;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), startBrowser()]);
  operator = await keyFor(['admin'], null);
  accountId = (await findAccount(system.db, { name: 'demo' }))?.id ?? '';
});
afterAll(async () => {
  await Promise.all([browser?.close(), system?.stop()]);
});

async function keyFor(scopes: Scope[], account: string | null): Promise<string> {
  return await createApiKey(system.db, { accountId: account, name: 'browser', scopes, kind: 'live' });
}

async function compose(options: AdminOptions = {}, key = operator): Promise<Admin> {
  const admin = await openAdmin(system, browser, { path: '/messages/new', ...options });
  onTestFinished(() => admin.close());
  await admin.signIn(key);
  await admin.page.locator('form').waitFor();
  return admin;
}

const field = (page: Page, name: string) => page.getByRole('textbox', { name });
const preview = (page: Page) => page.getByRole('region', { name: 'Preview' });
const sendButton = (page: Page) => page.getByRole('button', { name: 'Send', exact: true });

async function choose(page: Page, name: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name }).click();
  await page.getByRole('option', { name: option }).click();
}

async function write(page: Page, to: string, text = 'Your order is on its way.'): Promise<void> {
  await choose(page, 'Sender', 'demo-infobip');
  await field(page, 'To').fill(to);
  await field(page, 'Text').fill(text);
}

describe('the compose box', () => {
  it('shows what would become of it, sends it once, and shows it become delivered', async () => {
    const admin = await compose();
    const { page } = admin;
    await write(page, '8 (999) 555-03-01');
    await preview(page).getByText('It would be accepted.').waitFor();
    await preview(page).getByText('+79995550301').waitFor();
    await preview(page).getByText('1 of at most 10, GSM-7').waitFor();
    await sendButton(page).dblclick();
    await page.getByText('The message is accepted').waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('The message is accepted');
    await page.getByText('delivered', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Open the message' }).click();
    await page.getByText('Ended as: delivered').waitFor();
    expect(await system.takenFor('+79995550301')).toBe(1);
    expect(admin.troubles()).toEqual([]);
  });

  it('makes one SMS of two tries when the answer was lost on its way', async () => {
    const { page } = await compose();
    await write(page, '+79995550302');
    await page.route('**/v1/messages', async (route) => {
      await route.fetch();
      await route.abort();
    });
    await sendButton(page).click();
    await page.getByText('Send it again: it stays one SMS.').waitFor();
    await page.unroute('**/v1/messages');
    await sendButton(page).click();
    await page.getByText('delivered', { exact: true }).waitFor();
    expect(await system.takenFor('+79995550302')).toBe(1);
    await page.getByRole('button', { name: 'Write another' }).click();
    await write(page, '+79995550302', 'Another text.');
    await sendButton(page).click();
    await page.getByText('delivered', { exact: true }).waitFor();
    expect(await system.takenFor('+79995550302')).toBe(2);
  });

  it('offers to begin anew where the lost one was another text', async () => {
    const { page } = await compose();
    await write(page, '+79995550303');
    await page.route('**/v1/messages', async (route) => {
      await route.fetch();
      await route.abort();
    });
    await sendButton(page).click();
    await page.getByText('Send it again: it stays one SMS.').waitFor();
    await page.unroute('**/v1/messages');
    await field(page, 'Text').fill('Changed my mind.');
    await sendButton(page).click();
    await page.getByRole('button', { name: 'Begin a new message' }).click();
    await expect.poll(() => field(page, 'Text').inputValue()).toBe('');
  });

  it('counts parts as one writes', async () => {
    const { page } = await compose();
    const text = field(page, 'Text');
    await text.fill('a'.repeat(158));
    await page.getByText('GSM-7, 1 part; 2 more characters').waitFor();
    await text.fill('a'.repeat(161));
    await page.getByText('GSM-7, 2 parts; 145 more characters').waitFor();
    await text.fill('Код 4821');
    await page.getByText('UCS-2, 1 part; 62 more characters').waitFor();
  });

  it('says which suppress lists a phone is on', async () => {
    const phone = '+79995550304';
    const entry = {
      phone,
      accountIds: [accountId],
      global: true,
      source: 'operator',
      reason: 'asked by phone',
    } as const;
    await suppressPhone(system.db, entry);
    const { page } = await compose();
    await write(page, phone);
    await preview(page).getByText('The phone is on a suppress list').waitFor();
    const lists = (await preview(page).getByRole('listitem').allInnerTexts()).sort();
    expect(lists).toEqual([
      expect.stringMatching(/^On the global list since .* \(operator: asked by phone\)$/),
      expect.stringMatching(/^On the list of the account since .* \(operator: asked by phone\)$/),
    ]);
    await sendButton(page).click();
    await page.getByText('suppressed', { exact: true }).waitFor();
    expect(await system.takenFor(phone)).toBe(0);
  });

  it('plans a message, by what else one may say of it', async () => {
    await system.changeSender('demo-smsc', { verifiedCallerIds: ['ACME', 'Shop'], defaultCallerId: 'ACME' });
    const { page } = await compose();
    await choose(page, 'Sender', 'demo-smsc');
    await field(page, 'To').fill('+79995550305');
    await choose(page, 'Caller id', 'Shop');
    await field(page, 'Text').fill('Tomorrow');
    const tomorrow = new Date(Date.now() + 86_400_000 - new Date().getTimezoneOffset() * 60_000);
    await page.getByLabel('Send at').fill(tomorrow.toISOString().slice(0, 16));
    await field(page, 'Validity').fill('600');
    await choose(page, 'Priority', 'campaign');
    await sendButton(page).click();
    await page.getByRole('link', { name: 'Open the message' }).click();
    await page.getByText('campaign: last').waitFor();
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const { body } = await system.request('GET', `/v1/messages/${id}`);
    expect(body).toMatchObject({ from: 'Shop', validity: 600, priority: 'campaign', status: 'accepted' });
    expect(Math.abs(Date.parse(body.sendAt) - Date.now() - 86_400_000)).toBeLessThan(120_000);
  });
});

describe('wrong input', () => {
  it('is told at its field, of all that is missing', async () => {
    const { page } = await compose();
    await sendButton(page).click();
    await page.getByText('Something in it is not valid.').waitFor();
    for (const name of ['Sender', 'To', 'Text']) {
      const wrong = page.locator('input, textarea').and(page.getByLabel(name, { exact: false }));
      await expect.poll(() => wrong.first().getAttribute('aria-invalid'), { message: name }).toBe('true');
    }
  });

  it('is told before one sends, of what is filled in', async () => {
    await system.changeSender('demo-playmobile', { verifiedCallerIds: ['ACME'], maxParts: 1 });
    const { page } = await compose();
    await choose(page, 'Sender', 'demo-playmobile');
    await field(page, 'To').fill('12');
    await page.getByRole('combobox', { name: 'Caller id' }).fill('Nobody');
    await field(page, 'Text').fill('б'.repeat(71));
    await field(page, 'Validity').fill('5');
    await preview(page).getByText('It would not be accepted yet.').waitFor();
    for (const wrong of ['not one of the caller ids', '2 parts in UCS-2', 'Is less than 60.']) {
      await page.locator('form').getByText(wrong).waitFor();
    }
    await expect.poll(() => field(page, 'To').getAttribute('aria-invalid')).toBe('true');
    await sendButton(page).click();
    await page.getByText('Something in it is not valid.').waitFor();
    await page.locator('form').getByText('Is less than 60.').waitFor();
  });
});

describe('a key of an account', () => {
  it('that may only send begins there, writes the name of its sender, and sees no phone', async () => {
    const { page } = await compose({ path: '/' }, await keyFor(['messages:send'], accountId));
    expect(new URL(page.url()).pathname).toBe('/admin/messages/new');
    expect(await page.locator('nav a').allInnerTexts()).toEqual(['Compose']);
    expect(await page.getByRole('combobox', { name: 'Account' }).count()).toBe(0);
    await field(page, 'Sender').fill('demo-infobip');
    await field(page, 'To').fill('+79995550306');
    await field(page, 'Text').fill('Hello');
    await preview(page).getByText('It would be accepted.').waitFor();
    expect(await preview(page).innerText()).not.toContain('5550306');
    await sendButton(page).click();
    await page.getByText('The message is accepted').waitFor();
    expect(await page.getByRole('link', { name: 'Open the message' }).count()).toBe(0);
  });

  it('that may not send does not see the box', async () => {
    const admin = await openAdmin(system, browser, { path: '/messages/new' });
    onTestFinished(() => admin.close());
    await admin.signIn(await keyFor(['messages:read'], accountId));
    await admin.page.getByText('Not for this key').waitFor();
  });
});

describe.each([
  ['en', 'light'],
  ['ru', 'dark'],
] as const)('in %s, on a %s screen', (language, theme) => {
  it('nothing keeps a person out, and all fits', async () => {
    const admin = await compose({ language, theme, viewport: NARROW });
    const { page } = admin;
    await page.locator('input[type=tel]').fill('+79995550304');
    await page.locator('textarea').first().fill('a');
    await page.locator('section').getByText('+79995550304').waitFor();
    expect(await admin.findings()).toEqual([]);
    expect(await admin.isTooWide()).toBe(false);
    await page.locator('button[type=submit]').click();
    await page.locator('form [role=alert]').waitFor();
    expect(await admin.findings()).toEqual([]);
    expect(await admin.isTooWide()).toBe(false);
    expect(admin.troubles()).toEqual([]);
  });
});

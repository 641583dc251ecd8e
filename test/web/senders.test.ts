/** New senders in a real browser, on the whole system with its worker: made in the form, and tried. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createApiKey } from '../../db/api-keys.ts';
import { FORM_AND_XML } from '../gateways/profiles.ts';
import { type System, startSystem } from '../system/system.ts';
import { type Admin, type AdminOptions, openAdmin, startBrowser } from './browser.ts';
import { choose, create, fillCommon } from './walk/new-sender.ts';

let system: System;
let browser: Browser;
let operator: string;
let account: string;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), startBrowser()]);
  operator = await createApiKey(system.db, { accountId: null, name: 'browser', scopes: ['admin'], kind: 'live' });
  [account = ''] = (await system.sender('demo-infobip')).accountIds;
});
afterAll(async () => {
  await Promise.all([browser?.close(), system?.stop()]);
});

async function signedIn(options: AdminOptions): Promise<Admin> {
  const admin = await openAdmin(system, browser, options);
  onTestFinished(() => admin.close());
  await admin.signIn(operator);
  return admin;
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

async function sendTest(page: Page, phone: string): Promise<void> {
  await page.getByRole('tab', { name: 'Test' }).click();
  await page.getByLabel(/^Phone/).fill(phone);
  await button(page, 'Send the test SMS').click();
  await page.getByText('It works').waitFor({ timeout: 30_000 });
  await page.getByText('delivered', { exact: true }).waitFor({ timeout: 30_000 });
  expect(await system.takenFor(phone)).toBe(1);
}

describe('a new sender', () => {
  it('for Infobip sends, and shows its addresses', async () => {
    const admin = await signedIn({ path: '/senders' });
    const { page } = admin;
    await page.getByRole('link', { name: 'New sender' }).click();
    await choose(page, /^Gateway/, 'Infobip');
    await fillCommon(page, 'web-infobip', 'ACME');
    await page.getByLabel('Address', { exact: true }).fill(`${system.simulator.url}/infobip`);
    await page.getByLabel('API key *').fill('web-infobip-key');
    await create(page, system, { name: 'web-infobip', wire: 'infobip', login: 'web-infobip-key' });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await button(page, 'Copy: Delivery reports').click();
    await page.getByText('Copied').waitFor();
    await page.getByRole('tab', { name: 'Test' }).click();
    await button(page, 'Test the login').click();
    await page.getByText('Balance:').waitFor({ timeout: 20_000 });
    await sendTest(page, '+79995557701');
    expect(admin.troubles()).toEqual([]);
  });

  it('for SMSC has stop words beside STOP, and other columns than usual', async () => {
    const { page } = await signedIn({ path: '/senders/new?gateway=smsc' });
    await fillCommon(page, 'web-smsc', 'ACME');
    await page.getByLabel('Address', { exact: true }).fill(`${system.simulator.url}/smsc`);
    await page.getByLabel('Login', { exact: true }).fill('web-smsc');
    await page.getByLabel('Password', { exact: true }).fill('web-password');
    const words = page.getByRole('combobox', { name: 'Stop words' });
    await words.fill('отписка');
    await words.press('Enter');
    await words.press('Backspace');
    await words.press('Backspace');
    await words.fill('хватит');
    await words.press('Enter');
    await page.getByLabel('Rate limit', { exact: true }).fill('7');
    await page.getByLabel('Max SMS per message').fill('3');
    await page.getByLabel('Send it once more').check();
    await create(page, system, { name: 'web-smsc', wire: 'smsc', login: 'web-smsc' });
    const made = await system.sender('web-smsc');
    expect(made).toMatchObject({ stopWords: ['ХВАТИТ'], rateLimit: 7, maxParts: 3, onUncertain: 'resend' });
    expect(made).toMatchObject({ accountIds: [account], defaultValidityS: 86_400, verifiedPhones: null });
    expect(made.settings).toMatchObject({ login: 'web-smsc', password: 'web-password', pollGapS: 60 });
    await page.getByRole('tab', { name: 'Settings' }).click();
    await page.getByText('STOP', { exact: true }).waitFor();
    await sendTest(page, '+79995557702');
  });

  it('with an HTTP profile is tried dry first', async () => {
    const admin = await signedIn({ path: '/senders/new?gateway=http' });
    const { page } = admin;
    await fillCommon(page, 'web-http', 'ACME');
    await page.getByLabel('Address *').fill(`${system.simulator.url}/rapporto/web`);
    await page.getByLabel('Login', { exact: true }).fill('web-http');
    await page.getByLabel('Password', { exact: true }).fill('web-password');
    await page.getByLabel('HTTP profile *').fill(JSON.stringify(FORM_AND_XML));
    await button(page, 'Paste an answer to the send').click();
    const answer = page.getByRole('group', { name: 'Paste an answer to the send' });
    await answer
      .getByLabel('Body')
      .fill('<response><code>200</code><text>OK</text><payload><id>77001</id></payload></response>');
    await button(page, 'Try it out').click();
    const result = page.getByRole('region', { name: 'Result of the dry run' });
    await result.getByText('partnerMsgId=').waitFor();
    await result.getByText('The gateway took the SMS.').waitFor();
    expect(await result.getByText('77001').count()).toBeGreaterThan(0);
    expect(await result.innerText()).not.toContain('web-password');
    expect(await admin.findings()).toEqual([]);
    await create(page, system, { name: 'web-http', wire: 'rapporto', login: 'web-http' });
    await page.getByRole('tab', { name: 'Settings' }).click();
    await button(page, 'Try it out').click();
    await result.getByText('pass=%3Cpassword%3E').waitFor();
    await sendTest(page, '+79995557703');
    expect(admin.troubles()).toEqual([]);
  });
});

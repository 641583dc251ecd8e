/** Texts from phones, sent by the simulated gateways, as the page shows them. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createApiKey, type Scope } from '../../db/api-keys.ts';
import { eventually, type System, startSystem } from '../system/system.ts';
import { type Admin, type AdminOptions, openAdmin, startBrowser } from './browser.ts';

const [STOPPED, OTHER, MANY] = ['+79995550101', '+998901110102', '+79995550103'] as const;

let system: System;
let browser: Browser;
let operator: string;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem({ workers: 0 }), startBrowser()]);
  operator = await keyFor(['admin']);
  await text('infobip', STOPPED, 'What is this?');
  await text('infobip', STOPPED, 'Stop!');
  await text('playmobile', OTHER, 'Спасибо');
  await text('infobip', STOPPED, 'start');
});
afterAll(async () => {
  await Promise.all([browser?.close(), system?.stop()]);
});

async function keyFor(scopes: Scope[], accountId: string | null = null): Promise<string> {
  return await createApiKey(system.db, { accountId, name: 'browser', scopes, kind: 'live' });
}

/** By the simulated phone; resolves when it is in the books. */
async function text(wire: 'infobip' | 'playmobile', from: string, words: string): Promise<void> {
  const login = wire === 'infobip' ? 'demo-infobip-key' : 'demo';
  await system.control('inbound', { wire, login, from, to: '3700', text: words });
  await eventually(
    async () => (await system.db.sql`SELECT 1 FROM inbound WHERE phone = ${from} AND text = ${words}`).length,
    (n) => n > 0,
  );
}

async function signedIn(options: AdminOptions = {}, key = operator): Promise<Admin> {
  const admin = await openAdmin(system, browser, { path: '/inbound', ...options });
  onTestFinished(() => admin.close());
  await admin.signIn(key);
  await admin.page.locator('h1').waitFor();
  return admin;
}

const rowOf = (page: Page, words: string) => page.locator('tbody tr').filter({ hasText: words });

describe('the texts', () => {
  it('are shown with what each of them did', async () => {
    const admin = await signedIn();
    const { page } = admin;
    const said = { What: 'nothing', 'Stop!': 'stop word', Спасибо: 'nothing', start: 'stop taken back' };
    for (const [words, effect] of Object.entries(said)) {
      await rowOf(page, words).getByText(effect, { exact: true }).first().waitFor();
    }
    const stop = rowOf(page, 'Stop!');
    await stop.getByText('went onto the suppress lists of: demo.').waitFor();
    for (const shown of [STOPPED, '3700', 'demo-infobip']) await stop.getByText(shown, { exact: true }).waitFor();
    expect(await stop.getByRole('link').getAttribute('href')).toContain(encodeURIComponent(STOPPED));
    await rowOf(page, 'Спасибо').getByText(OTHER).waitFor();
    expect(await rowOf(page, 'Спасибо').getByRole('link').count()).toBe(0);
    expect(admin.troubles()).toEqual([]);
  });

  it('are filtered by phone, effect, time and account, in the address', async () => {
    const { page } = await signedIn();
    const rows = page.locator('tbody tr');
    await page.getByRole('textbox', { name: 'Phone' }).fill(STOPPED);
    await expect.poll(() => rows.count()).toBe(3);
    await page.getByRole('combobox', { name: 'What it did' }).click();
    await page.getByRole('option', { name: 'stop word' }).click();
    await expect.poll(() => rows.count()).toBe(1);
    await page.getByRole('combobox', { name: 'Account' }).click();
    await page.getByRole('option', { name: 'demo' }).click();
    await expect.poll(() => new URL(page.url()).searchParams.has('account')).toBe(true);
    expect(new URL(page.url()).search).toContain(`?phone=${encodeURIComponent(STOPPED)}&effect=stop&account=`);
    await page.reload();
    await expect.poll(() => rows.count()).toBe(1);
    await page.getByLabel('Before').fill('2020-01-01T00:00');
    await page.getByText('No text came from a phone that fits.').waitFor();
    await page.getByRole('textbox', { name: 'Phone' }).fill('12');
    await page.getByText('This did not work').waitFor();
    await page.locator('.mantine-InputWrapper-error').waitFor();
    await page.getByRole('search').getByRole('button', { name: 'Clear filters', exact: true }).last().click();
    await expect.poll(() => rows.count()).toBe(4);
  });

  it('come in pages', async () => {
    const [gatewayAccount] = await system.db.sql`SELECT gateway_account_id FROM inbound WHERE phone = ${STOPPED}`;
    onTestFinished(async () => {
      await system.db.sql`DELETE FROM inbound WHERE phone = ${MANY}`;
    });
    await system.db.sql`
      INSERT INTO inbound (id, gateway_account_id, inbound_id, phone, text, effect)
      SELECT ('01900000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, ${gatewayAccount?.gatewayAccountId},
        'many ' || i, ${MANY}, CASE WHEN i > 1 THEN 'number ' || i ELSE '' END, 'none' FROM generate_series(1, 55) i`;
    const { page } = await signedIn({ path: `/inbound?phone=${encodeURIComponent(MANY)}` });
    await rowOf(page, 'number 55').getByText('It counted for no account').waitFor();
    expect(await page.locator('tbody tr').count()).toBe(50);
    await page.getByRole('button', { name: 'Older' }).click();
    await rowOf(page, 'no longer kept').waitFor();
    expect(await page.locator('tbody tr').count()).toBe(5);
    await page.getByRole('button', { name: 'Newest' }).click();
    await rowOf(page, 'number 55').waitFor();
  });
});

describe('a key', () => {
  it('without phones:read sees neither phones nor words', async () => {
    const { accountIds } = await system.sender('demo-infobip');
    const { page } = await signedIn({}, await keyFor(['messages:read', 'suppressions:read'], accountIds[0]));
    await rowOf(page, 'went onto').getByText('not shown to this key').waitFor();
    const shown = (await page.locator('main').textContent()) ?? '';
    expect(shown).toContain('+7******01');
    for (const hidden of [STOPPED.slice(-6), OTHER.slice(-6), 'Stop!']) expect(shown).not.toContain(hidden);
    expect(await page.locator('tbody').getByRole('link').count()).toBe(0);
    expect(await page.getByRole('combobox', { name: 'Account' }).count()).toBe(0);
  });

  it('that may not read messages does not see the page', async () => {
    const { page } = await signedIn({}, await keyFor(['senders:read']));
    await page.getByText('Not for this key').waitFor();
  });
});

it('says that the texts could not be read, and reads them again', async () => {
  const { page } = await signedIn();
  await rowOf(page, 'Stop!').waitFor();
  await page.route('**/v1/inbound*', (route) => route.fulfill({ status: 500 }));
  await page.getByRole('textbox', { name: 'Phone' }).fill(OTHER);
  await page.getByText('This did not work').waitFor();
  await page.unroute('**/v1/inbound*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await rowOf(page, 'Спасибо').waitFor();
});

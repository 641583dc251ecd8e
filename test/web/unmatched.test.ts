/** What the simulated gateways told of ids that no message has, and calls that were refused, as the page shows them. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createApiKey, type Scope } from '../../db/api-keys.ts';
import { eventually, type System, startSystem } from '../system/system.ts';
import { type Admin, type AdminOptions, openAdmin, startBrowser } from './browser.ts';

const PHONE = '+79995550201';
/** Of an SMS that another system has sent with the same login. */
const FOREIGN = { infobip: 'foreign-1', smsc: 'foreign-2' };

let system: System;
let browser: Browser;
let operator: string;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem({ workers: 0 }), startBrowser()]);
  operator = await keyFor(['admin']);
  await foreignReport('infobip', 'demo-infobip-key', 'delivered');
  await foreignReport('smsc', 'demo', 'undelivered');
  await eventually(unmatched, (n) => n === 2);
  const { hookToken } = await system.sender('demo-infobip');
  const refused = await fetch(`${system.apiUrl}/hooks/${hookToken}/reports`, { method: 'POST', body: '{"nonsense"' });
  expect(refused.status).toBe(400);
  await eventually(
    async () => (await system.db.sql`SELECT 1 FROM hooks WHERE state = 'refused'`).length,
    (n) => n === 1,
  );
});
afterAll(async () => {
  await Promise.all([browser?.close(), system?.stop()]);
});

async function keyFor(scopes: Scope[], accountId: string | null = null): Promise<string> {
  return await createApiKey(system.db, { accountId, name: 'browser', scopes, kind: 'live' });
}

async function foreignReport(wire: 'infobip' | 'smsc', login: string, status: string): Promise<void> {
  await system.control('report', { wire, login, id: FOREIGN[wire], phone: PHONE, status });
}

/** That the books have it. */
async function unmatched(): Promise<number> {
  const [row] = await system.db.sql`SELECT count(*)::int AS n FROM gateway_messages WHERE message_id IS NULL`;
  return Number(row?.n);
}

async function signedIn(options: AdminOptions = {}, key = operator): Promise<Admin> {
  const admin = await openAdmin(system, browser, { path: '/unmatched', ...options });
  onTestFinished(() => admin.close());
  await admin.signIn(key);
  await admin.page.locator('h1').waitFor();
  return admin;
}

const rowOf = (page: Page, words: string) => page.locator('tbody tr').filter({ hasText: words });

describe('reports of ids that no message has', () => {
  it('are shown in the words of the gateway, with why they matched nothing', async () => {
    const admin = await signedIn();
    const { page } = admin;
    await rowOf(page, FOREIGN.infobip).getByText('delivered', { exact: true }).waitFor();
    const smsc = rowOf(page, FOREIGN.smsc);
    await smsc.getByText('undelivered', { exact: true }).waitFor();
    for (const told of ['smsc', PHONE]) await smsc.getByText(told, { exact: true }).waitFor();
    const [{ raw = '' } = {}] = await system.db
      .sql`SELECT raw FROM gateway_messages WHERE gateway_id = ${FOREIGN.smsc}`;
    expect(raw).not.toBe('');
    await smsc.getByText(raw, { exact: true }).first().waitFor();
    await page.getByText('something else sends with the same gateway login').waitFor();
    expect(admin.troubles()).toEqual([]);
  });

  it('are filtered by gateway and come in pages, in the address', async () => {
    const { sql } = system.db;
    const { gatewayAccountId } = await system.sender('demo-playmobile');
    onTestFinished(async () => {
      await sql`DELETE FROM gateway_messages WHERE gateway_account_id = ${gatewayAccountId}`;
    });
    await sql`
      INSERT INTO gateway_messages (gateway_account_id, gateway_id, status, raw, error_class, error_code, created_at)
      SELECT ${gatewayAccountId}, 'paged-' || i, 'undelivered', 'Failed', 'temporary', '7',
        now() - i * interval '1 second'
      FROM generate_series(1, 55) i`;
    const { page } = await signedIn();
    const rows = page.locator('tbody tr');
    await rows.first().waitFor();
    await page.getByLabel('Gateway').fill('playmobile');
    await expect.poll(() => new URL(page.url()).search).toBe('?gateway=playmobile');
    await rows.getByText('paged-50', { exact: true }).waitFor();
    await rowOf(page, 'paged-50').getByText('trouble at the gateway, 7').waitFor();
    expect(await rows.count()).toBe(50);
    await page.getByRole('button', { name: 'Older' }).click();
    await rows.getByText('paged-55').waitFor();
    expect(await rows.count()).toBe(5);
    expect(new URL(page.url()).search).toContain('gateway=playmobile&cursor=');
    await page.getByLabel('Gateway').fill('none');
    await page.getByText('No report that matched nothing fits.').waitFor();
    await page.getByLabel('Gateway').fill('x'.repeat(65));
    await page.getByText('Is too long.').first().waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await rows.getByText(FOREIGN.infobip).waitFor();
  });
});

describe('calls of webhook addresses', () => {
  it('that were refused or are left undone have lists of their own', async () => {
    const { page } = await signedIn();
    await rowOf(page, FOREIGN.infobip).waitFor();
    await page.getByText('Refused calls').click();
    const row = rowOf(page, 'POST /hooks/TOKEN/reports');
    await row.waitFor();
    const [{ detail = '' } = {}] = await system.db.sql`SELECT detail FROM hooks WHERE state = 'refused'`;
    for (const told of ['demo-infobip', 'infobip', '11 bytes', detail]) {
      await row.getByText(told, { exact: true }).waitFor();
    }
    expect(new URL(page.url()).search).toBe('?view=refused');
    await page.getByText('Calls left undone').click();
    await page.getByText('No call is left undone.').waitFor();
    await page.goBack();
    await row.waitFor();
  });

  it('say that they could not be read, and are read again', async () => {
    const { page } = await signedIn({ path: '/unmatched?view=left' });
    await page.route('**/v1/webhook-calls*', (route) => route.fulfill({ status: 500 }));
    await page.getByText('Refused calls').click();
    await page.getByText('This did not work').waitFor();
    await page.unroute('**/v1/webhook-calls*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await rowOf(page, 'TOKEN').waitFor();
  });
});

describe('a key', () => {
  it('without phones:read does not see phones', async () => {
    const { page } = await signedIn({}, await keyFor(['messages:read']));
    await rowOf(page, FOREIGN.smsc).getByText('+7******01').waitFor();
    expect(await page.locator('main').textContent()).not.toContain(PHONE.slice(-6));
  });

  it('of an account sees neither the page nor the way to it', async () => {
    const { accountIds } = await system.sender('demo-infobip');
    const { page } = await signedIn({}, await keyFor(['admin'], accountIds[0]));
    await page.getByText('Not for this key').waitFor();
    expect(await page.getByRole('link', { name: 'Unmatched reports' }).count()).toBe(0);
  });
});

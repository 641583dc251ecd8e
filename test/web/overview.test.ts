/** The overview in a real browser: its figures are those of the books, and follow what happens unless they are told not to. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createApiKey, type Scope } from '../../db/api-keys.ts';
import { noteTrouble } from '../../db/sender-health.ts';
import { isFinal, type System, startSystem } from '../system/system.ts';
import { type Admin, type AdminOptions, openAdmin, startBrowser } from './browser.ts';

let system: System;
let browser: Browser;
let operator: string;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), startBrowser()]);
  operator = await keyFor(['admin']);
});
afterAll(async () => {
  await Promise.all([browser?.close(), system?.stop()]);
});

async function keyFor(scopes: Scope[], accountId: string | null = null): Promise<string> {
  return await createApiKey(system.db, { accountId, name: 'browser', scopes, kind: 'live' });
}

async function signedIn(options: AdminOptions = {}, key = operator): Promise<Admin> {
  const admin = await openAdmin(system, browser, { path: '/overview', ...options });
  onTestFinished(() => admin.close());
  await admin.signIn(key);
  await admin.page.locator('h1').waitFor();
  return admin;
}

let phones = 0;
/** @param magic the last three digits, by which the simulator knows what is to become of it */
const newPhone = (magic = '000') => `+7999555${++phones}${magic}`;

async function sent(sender: string, to: string): Promise<void> {
  await system.until(await system.send({ to, sender }), isFinal);
}

const tile = (page: Page, name: string) =>
  page
    .locator('dl > *')
    .filter({ has: page.getByText(name, { exact: true }) })
    .locator('dd')
    .first();

/** The cells of the table behind a chart, by row. */
async function tableOf(page: Page, title: string): Promise<string[][]> {
  const section = page.locator('section').filter({ has: page.getByRole('heading', { name: title }) });
  const cells = await section.locator('tbody td').allTextContents();
  const columns = await section.locator('thead th').count();
  return Array.from({ length: cells.length / columns }, (_, i) => cells.slice(i * columns, (i + 1) * columns));
}

interface Counted {
  sent: number;
  delivered: number;
  waiting: number;
  uncertain: number;
}

async function counted(): Promise<Counted> {
  const [row] = await system.db.sql`
    SELECT count(submitted_at)::int AS sent, count(*) FILTER (WHERE status = 'delivered')::int AS delivered,
      count(*) FILTER (WHERE status = 'accepted')::int AS waiting,
      count(*) FILTER (WHERE uncertain_at IS NOT NULL AND status IN ('accepted', 'sending'))::int AS uncertain
    FROM messages`;
  return row as unknown as Counted;
}

async function shown(page: Page): Promise<Counted> {
  const of = async (name: string) => Number(await tile(page, name).textContent());
  return {
    sent: await of('Sent'),
    delivered: await of('Delivered'),
    waiting: await of('Waiting'),
    uncertain: await of('Uncertain'),
  };
}

describe('the figures', () => {
  it('equal what is counted in the books, and follow it', async () => {
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
    await Promise.all([
      ...['demo-infobip', 'demo-infobip', 'demo-smsc'].map((sender) => sent(sender, newPhone())),
      sent('demo-infobip', newPhone('404')),
      system.send({ to: newPhone(), sender: 'demo-infobip', sendAt: inAnHour }),
    ]);
    const admin = await signedIn();
    const { page } = admin;
    await expect.poll(() => shown(page)).toEqual(await counted());
    expect(await shown(page)).toMatchObject({ waiting: 1 });
    expect((await shown(page)).delivered).toBeGreaterThan(2);

    const steps = await tableOf(page, 'Sent and delivered per minute');
    expect(steps).toHaveLength(60);
    const total = (column: number) => steps.reduce((sum, row) => sum + Number(row[column]), 0);
    expect([total(1), total(2)]).toEqual([(await shown(page)).sent, (await shown(page)).delivered]);

    const gateways = await system.db.sql`
      SELECT s.gateway, count(*) AS ended, count(*) FILTER (WHERE m.status = 'delivered') AS delivered,
        percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY extract(epoch FROM m.final_at - m.accepted_at))
          FILTER (WHERE m.status = 'delivered') AS times
      FROM messages m JOIN senders s ON s.id = m.sender_id WHERE m.final_at IS NOT NULL GROUP BY 1 ORDER BY 1`;
    const rates = await tableOf(page, 'Delivery rate by gateway');
    expect(rates.map(([gateway, , ended, delivered]) => [gateway, Number(ended), Number(delivered)])).toEqual(
      gateways.map((row) => [row.gateway, Number(row.ended), Number(row.delivered)]),
    );
    const times = await tableOf(page, 'Time to delivery by gateway');
    expect(times.map(([gateway]) => gateway)).toEqual(gateways.map(({ gateway }) => gateway));
    for (const [i, [, ...shownTimes]] of times.entries())
      for (const [j, time] of shownTimes.entries()) {
        expect(time).toMatch(/^\d+(\.\d)? secs?$/);
        const seconds = Number(gateways[i]?.times[j]);
        // To within 5 %, and shown with one digit.
        expect(Math.abs(Number.parseFloat(time) - seconds)).toBeLessThanOrEqual(0.05 * seconds + 0.0501);
      }

    await sent('demo-playmobile', '+998901110000');
    await expect.poll(() => shown(page), { timeout: 8_000 }).toEqual(await counted());
    await page.getByRole('heading', { name: 'Delivery rate by gateway' }).waitFor();
    expect(await page.locator('.recharts-line-curve').count()).toBe(2);
    expect(admin.troubles()).toEqual([]);
  });

  it('stand still while they are paused, and catch up', async () => {
    const { page } = await signedIn();
    await expect.poll(() => shown(page)).toEqual(await counted());
    const before = await shown(page);
    await page.getByLabel('Live refresh').click();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await sent('demo-infobip', newPhone());
    expect(await counted()).not.toEqual(before);
    expect(await shown(page)).toEqual(before);
    expect(asked.filter((url) => url.includes('/v1/overview'))).toEqual([]);
    await page.getByLabel('Live refresh').click();
    await expect.poll(() => shown(page)).toEqual(await counted());
  });

  it('are of the last day, and of one account, where that is asked for, by the address', async () => {
    const { page } = await signedIn();
    await page.getByText('Last 24 hours').click();
    await page.getByRole('heading', { name: 'Sent and delivered per quarter of an hour' }).waitFor();
    expect(await tableOf(page, 'Sent and delivered per quarter of an hour')).toHaveLength(96);
    expect(new URL(page.url()).search).toBe('?window=24h');
    await page.reload();
    await page.getByRole('heading', { name: 'Sent and delivered per quarter of an hour' }).waitFor();
    await page.getByRole('combobox', { name: 'Account' }).click();
    await page.getByRole('option', { name: 'demo' }).click();
    await expect.poll(() => shown(page)).toEqual(await counted());
  });
});

describe('senders', () => {
  it('that are held, paused or in trouble stand on top', async () => {
    const { sql } = system.db;
    const [infobip, smsc] = [await system.sender('demo-infobip'), await system.sender('demo-smsc')];
    const { page } = await signedIn();
    const section = page.locator('section').filter({ has: page.getByRole('heading', { name: 'need a look' }) });
    await section.getByText('All senders are well.').waitFor();
    await noteTrouble(system.db, infobip.id, { kind: 'not-sent', class: 'temporary', code: '503' });
    await sql`UPDATE senders SET paused_at = now(), paused_by = 'Ann' WHERE id = ${smsc.id}`;
    onTestFinished(async () => {
      await sql`UPDATE senders SET paused_at = NULL, paused_by = NULL WHERE id = ${smsc.id}`;
    });
    await section.locator('tbody tr').first().getByText('Paused by Ann.').waitFor();
    await section.locator('tbody tr').nth(1).getByText('Last trouble: trouble at the gateway, 503.').waitFor();
    expect(await section.getByRole('link').first().getAttribute('href')).toContain(`/senders/${smsc.id}`);
  });

  it('are not shown to a key that may not see them', async () => {
    const { accountIds } = await system.sender('demo-infobip');
    const { page } = await signedIn({}, await keyFor(['messages:read'], accountIds[0]));
    await tile(page, 'Sent').waitFor();
    expect(await page.getByRole('heading', { name: 'need a look' }).count()).toBe(0);
    expect(await page.getByRole('combobox', { name: 'Account' }).count()).toBe(0);
    await expect.poll(() => shown(page)).toEqual(await counted());
  });
});

describe('what is wrong', () => {
  it('is told: a window that there is not, and figures that cannot be read', async () => {
    const { page } = await signedIn({ path: '/overview?window=7d' });
    await page.getByText('Is neither 1h nor 24h.').waitFor();
    await page.getByText('Last 24 hours').click();
    await tile(page, 'Sent').waitFor();
    await page.route('**/v1/overview*', (route) => route.fulfill({ status: 500 }));
    await page.getByText('Last hour').click();
    await page.getByText('This did not work').waitFor();
    await page.unroute('**/v1/overview*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('This did not work').waitFor({ state: 'detached' });
  });

  it('a key that may not read messages', async () => {
    const { page } = await signedIn({}, await keyFor(['senders:read']));
    await page.getByText('Not for this key').waitFor();
  });
});

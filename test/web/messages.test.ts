/** The list of messages and the page of one, in a real browser on the whole product. */
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createAccount } from '../../db/accounts.ts';
import { createApiKey, type Scope } from '../../db/api-keys.ts';
import { isFinal, type System, startSystem, TEXT } from '../system/system.ts';
import { type Admin, type AdminOptions, openAdmin, startBrowser } from './browser.ts';

const UI = 'http://127.0.0.1:8233';
const DELIVERED = '+79995550201';
const SUPPRESSED = '+79995550202';
const PLANNED = '+79995550203';

let system: System;
let browser: Browser;
let operator: string;
/** Ids of the first messages. */
let delivered: string;
let planned: string;
beforeAll(async () => {
  const env = { TEMPORAL_UI_URL: `${UI}/`, TEMPORAL_RETENTION_DAYS: '3' };
  [system, browser] = await Promise.all([startSystem({ env }), startBrowser()]);
  operator = await keyFor(['admin']);
  await createAccount(system.db, { name: 'another', defaultCountry: null });
  await system.suppress(SUPPRESSED, (await system.sender('demo-smsc')).accountIds);
  delivered = await system.send({ to: DELIVERED, sender: 'demo-infobip' });
  const suppressed = await system.send({ to: SUPPRESSED, sender: 'demo-smsc' });
  planned = await plan(PLANNED);
  await Promise.all([system.until(delivered, isFinal), system.until(suppressed, isFinal)]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), system?.stop()]);
});

async function keyFor(scopes: Scope[]): Promise<string> {
  return await createApiKey(system.db, { accountId: null, name: 'browser', scopes, kind: 'live' });
}

/** Accepts an SMS for tomorrow. */
async function plan(to: string): Promise<string> {
  const sendAt = new Date(Date.now() + 86_400_000).toISOString();
  return await system.send({ to, sender: 'demo-playmobile', sendAt });
}

async function open(path: string, options: AdminOptions = {}, key = operator): Promise<Admin> {
  const admin = await openAdmin(system, browser, { path, ...options });
  onTestFinished(() => admin.close());
  await admin.signIn(key);
  return admin;
}

const rowsOf = ({ page }: Admin) => page.locator('tbody tr');
const phonesIn = (rows: Locator) => rows.locator('td:nth-child(2)').allInnerTexts();
const addressOf = ({ page }: Admin) => Object.fromEntries(new URL(page.url()).searchParams);

describe('the list', () => {
  it('is filtered by the API, with the filters in the address', async () => {
    const admin = await open('/messages');
    const { page } = admin;
    const rows = rowsOf(admin);
    await rows.first().waitFor();
    expect(await phonesIn(rows)).toEqual([PLANNED, SUPPRESSED, DELIVERED]);
    const clear = async () => {
      await page.getByRole('button', { name: 'Clear filters' }).click();
      await expect.poll(() => rows.count()).toBe(3);
    };
    const shows = async (address: Record<string, string>, phones: string[]) => {
      await expect.poll(() => addressOf(admin)).toEqual(address);
      await expect.poll(() => phonesIn(rows)).toEqual(phones);
    };

    await page.getByRole('combobox', { name: 'Status' }).click();
    await page.getByRole('option', { name: 'suppressed' }).click();
    await shows({ status: 'suppressed' }, [SUPPRESSED]);
    await page.getByRole('option', { name: 'accepted' }).click();
    await shows({ status: 'suppressed,accepted' }, [PLANNED, SUPPRESSED]);
    await page.keyboard.press('Escape');
    await clear();

    await page.getByRole('textbox', { name: 'Phone' }).fill(DELIVERED);
    await shows({ phone: DELIVERED }, [DELIVERED]);
    await clear();

    await page.getByRole('combobox', { name: 'Sender' }).click();
    await page.getByRole('option', { name: 'demo-playmobile' }).click();
    await shows({ sender: 'demo-playmobile' }, [PLANNED]);
    await clear();

    await page.getByRole('textbox', { name: 'Cause' }).fill('suppress LIST');
    await shows({ error: 'suppress LIST' }, [SUPPRESSED]);
    await clear();

    await page.getByLabel('Before').fill('2020-01-31T09:00');
    await page.getByText('There is no message that fits.').waitFor();
    expect(Object.keys(addressOf(admin))).toEqual(['to']);
    await clear();
    await page.getByLabel('From').fill('2020-01-31T09:00');
    await expect.poll(() => Object.keys(addressOf(admin))).toEqual(['from']);
    await expect.poll(() => rows.count()).toBe(3);
    await clear();

    await page.getByRole('combobox', { name: 'Account' }).click();
    await page.getByRole('option', { name: 'another' }).click();
    await page.getByText('There is no message that fits.').waitFor();
    expect(Object.keys(addressOf(admin))).toEqual(['account']);
    await page.reload();
    await page.getByText('There is no message that fits.').waitFor();
    expect(admin.troubles()).toEqual([]);
  });

  it('says at the field what is wrong with a filter', async () => {
    const { page } = await open('/messages');
    await page.getByRole('textbox', { name: 'Phone' }).fill('12');
    await page.getByRole('alert').waitFor();
    await expect.poll(() => page.getByRole('textbox', { name: 'Phone' }).getAttribute('aria-invalid')).toBe('true');
  });

  it('follows what happens, and stands still when it is told to', async () => {
    const [follows, stands] = await Promise.all([open('/messages'), open('/messages')]);
    await Promise.all([follows, stands].map((admin) => rowsOf(admin).first().waitFor()));
    await stands.page.getByRole('switch', { name: 'Live refresh' }).click({ force: true });
    await system.send({ to: '+79995550211', sender: 'demo-infobip' });
    const row = (admin: Admin) => rowsOf(admin).filter({ hasText: '+79995550211' });
    const status = (admin: Admin) => row(admin).getByText('delivered', { exact: true });
    await status(follows).waitFor();
    expect(await row(stands).count()).toBe(0);
    await stands.page.getByRole('switch', { name: 'Live refresh' }).click({ force: true });
    await status(stands).waitFor();
  });

  it('is paged by cursor', async () => {
    const sendAt = new Date(Date.now() + 86_400_000).toISOString();
    const messages = Array.from({ length: 55 }, (_, i) => ({
      to: `+79995552${String(i).padStart(3, '0')}`,
      text: TEXT,
      sender: 'demo-smsc',
      sendAt,
    }));
    expect((await system.request('POST', '/v1/messages/batch', { messages })).body.accepted).toBe(55);
    const admin = await open('/messages?sender=demo-smsc&status=accepted');
    const rows = rowsOf(admin);
    await expect.poll(() => rows.count()).toBe(50);
    const newest = await phonesIn(rows);
    await admin.page.getByRole('button', { name: 'Older' }).click();
    await expect.poll(() => rows.count()).toBe(5);
    expect(addressOf(admin)).toMatchObject({ sender: 'demo-smsc', status: 'accepted', cursor: expect.any(String) });
    expect(new Set([...newest, ...(await phonesIn(rows))]).size).toBe(55);
    await admin.page.getByRole('button', { name: 'Newest' }).click();
    await expect.poll(() => phonesIn(rows)).toEqual(newest);
  });
});

describe('the page of a message', () => {
  it('tells all that happened to it', async () => {
    const admin = await open(`/messages?phone=${encodeURIComponent(DELIVERED)}`);
    const { page } = admin;
    await page.getByRole('link', { name: DELIVERED }).click();
    const events = page.getByRole('list', { name: 'Timeline' }).getByRole('listitem');
    await events.first().waitFor();
    const told = (await events.allInnerTexts()).map((text) => text.split('\n')[0]);
    expect(told).toEqual(
      expect.arrayContaining([
        'Accepted',
        'Checked: on no suppress list',
        'Attempt 1 begins',
        'The gateway has taken it',
        'Delivery report: delivered',
        'Ended as: delivered',
      ]),
    );
    const taken = events.filter({ hasText: 'The gateway has taken it' });
    expect(await taken.innerText()).toMatch(/Answered with HTTP 200 after \d+ ms\./);
    expect(await taken.locator('pre').isVisible()).toBe(false);
    await taken.getByText('Details as they were recorded').click();
    expect(await taken.locator('pre').innerText()).toContain('"requestLine"');
    expect(await page.getByText(TEXT).count()).toBe(1);
    expect(admin.troubles()).toEqual([]);
  });

  it('has words for doubt, polls, decisions and corrections, and shows what it has none for', async () => {
    const id = await plan('+79995550222');
    const call = { reach: 'written', totalMs: 10_000 };
    const happened: [kind: string, source: string, detail: Record<string, unknown>, said: string][] = [
      ['attempt', 'worker', { attempt: 2, repeat: true, reference: 'x7' }, 'Attempt 2 begins Repeats the submit'],
      ['outcome', 'worker', { kind: 'uncertain', class: 'temporary', evidence: call }, 'not known whether the gateway'],
      ['outcome', 'worker', { kind: 'refused', class: 'no-balance', code: '402' }, 'Cause: out of money, 402.'],
      ['outcome', 'worker', { kind: 'not-sent', class: 'rate-limited', retryAfterS: 1 }, 'Again in 1 second at'],
      ['asked', 'poll', { detail: 'not found' }, 'without a clear answer'],
      ['report', 'poll', { status: 'sent', raw: 'ENROUTE' }, 'and says: sent The gateway: ENROUTE.'],
      ['waits', 'operator', { detail: 'no sign' }, 'Decided to wait'],
      ['resend', 'operator', { detail: 'policy' }, 'Decided to send it once more'],
      ['final', 'clock', { status: 'unknown', cause: 'no report came' }, 'Ended as: unknown Cause: no report came.'],
      ['correction', 'report', { status: 'delivered', was: 'unknown' }, 'Corrected: delivered in place of unknown'],
      ['of-tomorrow', 'moon', { a: 1 }, 'Other event: of-tomorrow'],
    ];
    for (const [kind, source, detail] of happened) {
      await system.db.sql`
        INSERT INTO message_events (message_id, kind, source, detail)
        VALUES (${id}, ${kind}, ${source}, ${JSON.stringify(detail)}::text::jsonb)`;
    }
    const { page } = await open(`/messages/${id}`);
    const events = page.getByRole('list', { name: 'Timeline' }).getByRole('listitem');
    await events.first().waitFor();
    const told = (await events.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '));
    for (const [, , , said] of happened) expect(told).toContainEqual(expect.stringContaining(said));
  });

  it('leads to its workflow, and says so when Temporal does not keep it any more', async () => {
    const admin = await open(`/messages/${delivered}`);
    const link = admin.page.getByRole('link', { name: 'Open its delivery in Temporal' });
    const { namespace } = system.temporal.options;
    expect(await link.getAttribute('href')).toBe(`${UI}/namespaces/${namespace}/workflows/${delivered}`);
    const old = await system.send({ to: '+79995550221', sender: 'demo-infobip' });
    await system.until(old, isFinal);
    await system.db.sql`UPDATE messages SET final_at = now() - interval '80 hours' WHERE id = ${old}`;
    await system.db.sql`UPDATE message_events SET at = at - interval '80 hours' WHERE message_id = ${old}`;
    await admin.open(`/messages/${old}`);
    await admin.page.getByText('no longer in Temporal, which keeps what has ended for 3 days').waitFor();
    expect(await link.count()).toBe(0);
  });

  it('cancels a planned message, after asking', async () => {
    const id = await plan('+79995550231');
    const admin = await open(`/messages/${id}`);
    const { page } = admin;
    await page.getByRole('button', { name: 'Cancel the message' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Back' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect((await system.message(id)).status).toBe('accepted');
    await page.getByRole('button', { name: 'Cancel the message' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the message' }).click();
    await page.getByText('Ended as: cancelled').waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.getByRole('button', { name: 'Cancel the message' }).count()).toBe(0);
    expect((await system.message(id)).status).toBe('cancelled');
  });

  it('says where it stands when it is too late to cancel', async () => {
    const id = await plan('+79995550232');
    const { page } = await open(`/messages/${id}`);
    await page.getByRole('button', { name: 'Cancel the message' }).click();
    await system.db.sql`UPDATE messages SET status = 'sent', submitted_at = now() WHERE id = ${id}`;
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the message' }).click();
    await page.getByText('It can no longer be cancelled. Its status now: sent.').waitFor();
  });

  it('says that there is none', async () => {
    const { page } = await open('/messages/01890000-0000-7000-8000-000000000000');
    await page.getByText('There is nothing here.').waitFor();
  });
});

describe('a key without phones:read', () => {
  it('sees masked phones and no text, and is told why', async () => {
    const admin = await open(`/messages?phone=${encodeURIComponent(DELIVERED)}`, {}, await keyFor(['messages:read']));
    const { page } = admin;
    await rowsOf(admin).first().waitFor();
    expect(await phonesIn(rowsOf(admin))).toEqual([expect.stringMatching(/^\+7\D+01$/)]);
    await page.getByText('this key lacks the scope phones:read').waitFor();
    expect(await page.getByRole('link', { name: 'New message' }).count()).toBe(0);
    await admin.open(`/messages/${planned}`);
    await page.getByText('this key lacks the scope phones:read').waitFor();
    const shown = await page.locator('main').innerText();
    expect(shown).not.toContain(PLANNED.slice(3));
    expect(shown).not.toContain(TEXT);
    expect(await page.getByRole('button', { name: 'Cancel the message' }).count()).toBe(0);
  });
});

/** Wrong input in every form and filter, and in addresses: told in words at its place, with nothing lost. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createApiKey } from '../../db/api-keys.ts';
import { type System, startSystem } from '../system/system.ts';
import { type Admin, openAdmin, startBrowser } from './browser.ts';
import { choose, fillCommon } from './walk/new-sender.ts';
import { button, dialog } from './walk/steps.ts';
import { expectWrong } from './walk/wrong.ts';

let system: System;
let browser: Browser;
let admin: Admin;
let page: Page;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem({ workers: 0 }), startBrowser()]);
  admin = await openAdmin(system, browser);
  admin.page.context().setDefaultTimeout(30_000);
  await admin.signIn(
    await createApiKey(system.db, { accountId: null, name: 'wrong', scopes: ['admin'], kind: 'live' }),
  );
  page = admin.page;
});
afterAll(async () => {
  await Promise.all([browser?.close(), system?.stop()]);
});

const NO_PHONE = 'Write the number with a plus and its country code';
const textbox = (name: string | RegExp, within: Page | Locator = page) => within.getByRole('textbox', { name });

describe('wrong input is told at its field, and nothing is lost,', () => {
  it('in signing in', async () => {
    const out = await openAdmin(system, browser);
    onTestFinished(() => out.close());
    const key = out.page.getByLabel(/^API key/);
    await key.fill('dsk_live_wrong');
    await button(out.page, 'Sign in').click();
    await expectWrong(key, { words: 'This key is wrong, expired or revoked.', typed: 'dsk_live_wrong' });
  });

  it('in a message', async () => {
    await admin.open('/messages/new');
    await choose(page, 'Sender', 'demo-smsc');
    await textbox('To').fill('12');
    await page.getByRole('combobox', { name: 'Caller id' }).fill('A name much too long');
    await textbox('Text').fill('Hello');
    await textbox('Validity').fill('5');
    await button(page, /^Send$/).click();
    await page.getByRole('alert').getByText('Something in it is not valid.').waitFor();
    await expectWrong(textbox('To'), { words: NO_PHONE, typed: '12' });
    await expectWrong(textbox('Validity'), { words: 'Is less than 60.', typed: '5' });
    expect(await textbox('Text').inputValue()).toBe('Hello');
    expect(await page.getByRole('combobox', { name: 'Sender' }).inputValue()).toBe('demo-smsc');
    expect(await page.getByRole('combobox', { name: 'Caller id' }).inputValue()).toBe('A name much too long');
  });

  it('in a new sender', async () => {
    await admin.open('/senders/new?gateway=smsc');
    await fillCommon(page, 'demo-smsc', 'ACME');
    await page.getByLabel('Address', { exact: true }).fill('no address');
    await page.getByLabel('Password', { exact: true }).fill('secret');
    await button(page, 'Create sender').click();
    const address = { words: 'must be an http:// or https:// address', typed: 'no address' };
    await expectWrong(page.getByLabel('Address', { exact: true }), address);
    await page.getByLabel('Address', { exact: true }).fill(`${system.simulator.url}/smsc`);
    await page.getByLabel('Login', { exact: true }).fill('trouble');
    await button(page, 'Create sender').click();
    const taken = { words: "There is a sender 'demo-smsc' in use already.", typed: 'demo-smsc' };
    await expectWrong(page.getByLabel('Name *'), taken);
    expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('secret');
    await page.getByRole('form', { name: 'New sender' }).getByText('demo', { exact: true }).waitFor();
  });

  it('in a dry run', async () => {
    await admin.open('/senders/new?gateway=infobip');
    await page.getByLabel('API key *').fill('key');
    const form = page.getByRole('form', { name: 'Dry run' });
    await button(form, 'Paste an answer to the send').click();
    await textbox('HTTP status', form).fill('99');
    await textbox('Body', form).fill('OK');
    await button(form, 'Try it out').click();
    await expectWrong(textbox('HTTP status', form), { words: 'Is less than 100.', typed: '99' });
    await textbox('HTTP status', form).fill('200');
    await textbox(/^To/, form).fill('12');
    await button(form, 'Try it out').click();
    await expectWrong(textbox(/^To/, form), { words: NO_PHONE, typed: '12' });
    expect(await textbox('Body', form).inputValue()).toBe('OK');
  });

  it('in the settings of a sender, its pause and its test', async () => {
    const { id } = await system.sender('demo-smsc');
    await admin.open(`/senders/${id}`);
    await page.getByLabel('Name *').fill('demo-infobip');
    await page.getByLabel('Password', { exact: true }).fill('new-secret');
    await page.getByLabel('Validity', { exact: true }).fill('5');
    await button(page, 'Save').click();
    await expectWrong(page.getByLabel('Validity', { exact: true }), { words: 'Is less than 60.', typed: '5' });
    await page.getByLabel('Validity', { exact: true }).fill('600');
    await button(page, 'Save').click();
    const taken = { words: "There is a sender 'demo-infobip' in use already.", typed: 'demo-infobip' };
    await expectWrong(page.getByLabel('Name *'), taken);
    expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('new-secret');

    await page.getByRole('tab', { name: 'Test' }).click();
    await textbox(/^Phone/).fill('12');
    await textbox('Text').fill('Hello');
    await button(page, 'Send the test SMS').click();
    await expectWrong(textbox(/^Phone/), { words: NO_PHONE, typed: '12' });
    expect(await textbox('Text').inputValue()).toBe('Hello');

    await button(page, 'Pause').click();
    const reason = textbox('Reason', dialog(page));
    await reason.fill('x'.repeat(201));
    await button(dialog(page), 'Pause').click();
    await expectWrong(reason, { words: 'Is longer than 200 characters.', typed: 'x'.repeat(201) });
  });

  it('in what is put on a suppress list', async () => {
    await admin.open('/suppressions');
    await button(page, 'Add a phone').click();
    await textbox(/^Phone/, dialog(page)).fill('12');
    await textbox('Note', dialog(page)).fill('by post');
    await button(page, 'Put on the list').click();
    await expectWrong(textbox(/^Phone/, dialog(page)), { words: NO_PHONE, typed: '12' });
    expect(await textbox('Note', dialog(page)).inputValue()).toBe('by post');
  });

  it('in a file', async () => {
    await admin.open('/suppressions/imports');
    const file = { name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from([0xcf, 0xf0, 0x0a]) };
    await page.locator('input[type=file]').setInputFiles(file);
    await button(page, /^Import$/).click();
    await page.getByRole('alert').getByText('The file is not in utf-8').first().waitFor();
    await page.getByText('list.csv').waitFor();
  });

  it('in an account and a key', async () => {
    await admin.open('/accounts');
    await button(page, 'New account').click();
    await textbox('Name', dialog(page)).fill('demo');
    await textbox('Default country', dialog(page)).fill('ru');
    await button(page, 'Make the account').click();
    await expectWrong(textbox('Name', dialog(page)), { words: "There is an account 'demo' already", typed: 'demo' });
    expect(await textbox('Default country', dialog(page)).inputValue()).toBe('ru');

    await admin.open('/keys');
    await button(page, 'New key').click();
    await dialog(page).getByRole('checkbox', { name: 'senders:read' }).check();
    await dialog(page).getByLabel('Ends at').fill('2020-01-01T00:00');
    await button(page, 'Make the key').click();
    await expectWrong(textbox('Name', dialog(page)), { words: 'Is empty', typed: '' });
    await expectWrong(dialog(page).getByLabel('Ends at'), { words: 'Has passed.', typed: '2020-01-01T00:00' });
    expect(await dialog(page).getByRole('checkbox', { name: 'senders:read' }).isChecked()).toBe(true);
  });

  it('in an erasure', async () => {
    await admin.open('/erasure');
    await textbox(/^Phone/).fill('12');
    await button(page, 'Erase …').click();
    await textbox(/^Type/, dialog(page)).fill('12');
    await button(dialog(page), 'Erase for ever').click();
    await expectWrong(textbox(/^Phone/), { words: NO_PHONE, typed: '12' });
  });

  it.each([
    ['/messages', /^Phone/, '12', NO_PHONE],
    ['/inbound', /^Phone/, '12', NO_PHONE],
    ['/suppressions', /^Phone/, '12', NO_PHONE],
    ['/suppressions/lookup', /^Phone/, '12', NO_PHONE],
    ['/unmatched', /^Gateway/, 'x'.repeat(65), 'Is too long.'],
    ['/accounts', /^Name/, 'x'.repeat(201), 'Is too long.'],
    ['/audit', /^What/, 'No Action', 'Is not an action.'],
    ['/audit', /^Object/, 'no id', 'Is not an id.'],
  ] as const)('in a filter of %s: %s', async (path, name, typed, words) => {
    await admin.open(path);
    await textbox(name).fill(typed);
    await expectWrong(textbox(name), { words, typed });
    await page.getByRole('alert').waitFor();
  });
});

describe('an address that was mistyped', () => {
  it.each([
    ['/messages?status=none', 'Is none of'],
    ['/messages?sender=none', 'The account has no sender of this name.'],
    ['/messages?cursor=none', 'cursor'],
    ['/messages/none', 'There is nothing here.'],
    ['/inbound?effect=any', 'Is none of'],
    ['/suppressions?account=none', 'Is not an id.'],
    ['/suppressions/imports/none', 'There is nothing here.'],
    ['/senders?account=none', 'Is not an id.'],
    ['/senders/none', 'There is nothing here.'],
    ['/accounts?state=none', 'Is none of'],
    ['/keys?state=none', 'Is none of'],
    ['/overview?window=none', 'Is neither 1h nor 24h.'],
  ])('%s is answered in words', async (path, words) => {
    await page.goto(`${system.apiUrl}/admin${path}`);
    await page.getByRole('alert').getByText(words).first().waitFor();
    await page.getByRole('heading', { level: 1 }).waitFor();
  });
});

/** What a person does in the pages, by links and buttons alone: nothing here loads them anew. */
import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { choose } from './new-sender.ts';

export const button = (page: Page | Locator, name: string | RegExp) => page.getByRole('button', { name });
export const dialog = (page: Page) => page.getByRole('dialog');
export const row = (page: Page, text: string) => page.locator('tbody tr').filter({ hasText: text });
export const preview = (page: Page) => page.getByRole('region', { name: 'Preview' });

/** By the navigation. */
export async function go(page: Page, title: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: title, exact: true }).click();
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
}

export interface Sms {
  sender: string;
  to: string;
  text: string;
}

/** Up to the last click but one. */
export async function write(page: Page, { sender, to, text }: Sms): Promise<void> {
  await go(page, 'Messages');
  await page.getByRole('navigation').getByRole('link', { name: 'Compose' }).click();
  await choose(page, 'Sender', sender);
  await page.getByRole('textbox', { name: 'To' }).fill(to);
  await page.getByRole('textbox', { name: 'Text' }).fill(text);
}

/** Sends what is written, and waits until it has come to the status, which the page shows by itself. */
export async function sendUntil(page: Page, status: string): Promise<void> {
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('The message is accepted').waitFor();
  await page.getByRole('main').getByText(status, { exact: true }).waitFor();
}

/** The box of a phone on the simulator's page, where it answers the last one who wrote to it. */
export async function answerStop(phones: Page, phone: string): Promise<void> {
  const handset = phones.locator(`[data-phone="${phone.slice(1)}"]`);
  await handset.getByRole('button', { name: 'STOP' }).click();
  await phones.getByRole('status').getByText(`Sent from ${phone}: STOP`).waitFor();
  // The gateway has had its answer, so the word has taken effect.
  await handset.getByText('handed to the webhook').waitFor();
}

/** Notes how far the progress bar is, whenever that changes. */
export const WATCH_PROGRESS = `globalThis.progress = [];
new MutationObserver(() => {
  const bar = document.querySelector('[role=progressbar]');
  if (bar) progress.push(Number(bar.getAttribute('aria-valuenow')));
}).observe(document.body, { subtree: true, childList: true, attributes: true });`;

/** Chooses a file and has it imported. @returns the counters that are shown then */
export async function importFile(page: Page, content: string): Promise<Record<string, string>> {
  const file = { name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(content) };
  await page.locator('input[type=file]').setInputFiles(file);
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  const facts = page.getByRole('main').locator('dl');
  await facts.getByText('done', { exact: true }).waitFor();
  const [names, values] = [await facts.locator('dt').allInnerTexts(), await facts.locator('dd').allInnerTexts()];
  return Object.fromEntries(names.map((name, i) => [name, values[i] ?? '']));
}

/** The rows of the exported list that is shown, without its header. */
export async function exportRows(page: Page): Promise<string[]> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export' }).click(),
  ]);
  const [, ...rows] = readFileSync(await download.path(), 'utf8')
    .trimEnd()
    .split('\r\n');
  return rows;
}

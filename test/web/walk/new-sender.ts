/** Making a sender as a person does: in the form, and then telling the gateway the addresses that are shown. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { System } from '../../system/system.ts';

/** Of a list that opens: one of its options, by its whole name. */
export async function choose(page: Page, field: string | RegExp, option: string): Promise<void> {
  await page.getByRole('combobox', { name: field }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

/** Name, account and caller id, which all senders have. */
export async function fillCommon(page: Page, name: string, callerId: string): Promise<void> {
  await page.getByLabel('Name *').fill(name);
  await choose(page, 'Accounts', 'demo');
  await page.keyboard.press('Escape');
  await page.getByLabel('Default caller id').fill(callerId);
}

export interface Created {
  name: string;
  /** In the simulator. */
  wire: string;
  login: string;
}

/** Creates what is written, and tells the simulator the addresses that are then shown. */
export async function create(page: Page, system: System, { name, wire, login }: Created): Promise<void> {
  await page.getByRole('button', { name: 'Create sender' }).click();
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  const reports = await page.getByLabel('Delivery reports', { exact: true }).inputValue();
  const inbound = await page.getByLabel('Texts from phones', { exact: true }).inputValue();
  expect(reports).toMatch(new RegExp(`^${system.apiUrl}/hooks/`));
  const hook = (url: string) => url.replace(/\/(reports|inbound)$/, '');
  await system.control('accounts', { wire, login, hooks: { reports: hook(reports), inbound: hook(inbound) } });
}

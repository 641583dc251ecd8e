/** What wrong input looks like. */
import type { Locator } from 'playwright-core';
import { expect } from 'vitest';

export interface Wrong {
  /** Of what is said beneath the field. */
  words: string | RegExp;
  /** What was typed, and stands there still. */
  typed: string;
}

/** The field is marked as wrong, tells why in words that belong to it, and has lost nothing. */
export async function expectWrong(field: Locator, { words, typed }: Wrong): Promise<void> {
  await expect.poll(() => field.getAttribute('aria-invalid'), { message: String(words) }).toBe('true');
  await expect.poll(() => describedBy(field)).toMatch(words);
  expect(await field.inputValue()).toBe(typed);
}

/** What a screen reader says of a field behind its name. */
async function describedBy(field: Locator): Promise<string> {
  const ids = ((await field.getAttribute('aria-describedby')) ?? '').split(' ').filter(Boolean);
  const texts = ids.map((id) => field.page().locator(`[id="${id}"]`).innerText());
  return (await Promise.all(texts)).join(' ');
}

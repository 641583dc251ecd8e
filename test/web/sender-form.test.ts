/** The form that is drawn from each gateway's schema: every field of it has an input, a name and words in both languages. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { createApiKey } from '../../db/api-keys.ts';
import { GATEWAYS } from '../../gateways/catalogue.ts';
import { secretFields } from '../../gateways/secret-fields.ts';
import { type Field, fieldsOf } from '../../web/parts/schema-form/fields.ts';
import {
  changedSettings,
  type FieldValues,
  settingsOf,
  shownFields,
  valuesOfSettings,
} from '../../web/parts/schema-form/values.ts';
import { gatewayWords } from '../../web/text/ru/gateway-words.ts';
import { type System, startSystem } from '../system/system.ts';
import { type Admin, openAdmin, startBrowser } from './browser.ts';

const schemaOf = (name: string) => {
  const gateway = GATEWAYS.find((known) => known.name === name);
  if (!gateway) throw new Error(`no gateway ${name}`);
  return z.toJSONSchema(gateway.settings, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>;
};
const fieldsFor = (name: string) => fieldsOf(schemaOf(name));
const names = GATEWAYS.map(({ name }) => name);

describe.each(GATEWAYS)('the fields of $name', (gateway) => {
  const fields = fieldsFor(gateway.name);

  it('are all of a kind that the form knows', () => {
    expect(fields.length).toBeGreaterThan(2);
    expect(fields.filter(({ kind }) => kind === 'unknown')).toEqual([]);
    expect(fields.filter(({ kind }) => kind === 'secret').map(({ name }) => name)).toEqual(secretFields(gateway));
  });

  it('give settings that the gateway takes, for each kind of account', () => {
    for (const example of Object.values(gateway.examples)) {
      const whole = gateway.settings.parse(example) as Record<string, unknown>;
      const secrets = Object.fromEntries(secretFields(gateway).map((name) => [name, whole[name] ?? '']));
      const values = { ...valuesOfSettings(fields, whole), ...secrets } as FieldValues;
      const given = settingsOf(fields, values);
      expect(gateway.settings.parse(given)).toEqual(whole);
      expect(changedSettings(fields, values, values)).toEqual({});
    }
  });

  it('have Russian words', () => {
    const words = [
      ...(gateway.name === 'http' ? [gateway.title] : []),
      ...gateway.notes,
      ...fields.flatMap(({ schema }) => [schema.title, schema.description]),
    ];
    expect(words.filter((text) => text !== undefined && gatewayWords[text] === undefined)).toEqual([]);
  });
});

it('no Russian words are there for what no gateway says', () => {
  const said = new Set(
    GATEWAYS.flatMap(({ name, title, notes }) => [
      title,
      ...notes,
      ...fieldsFor(name).flatMap(({ schema }) => [schema.title, schema.description]),
    ]),
  );
  expect(Object.keys(gatewayWords).filter((text) => !said.has(text))).toEqual([]);
});

describe('what the form gives', () => {
  const shown = (name: string, more: FieldValues = {}) => {
    const fields = fieldsFor(name);
    return shownFields(fields, { ...valuesOfSettings(fields), ...more }).map((field) => field.name);
  };
  const changed = (fields: readonly Field[], settings: Record<string, unknown>, more: FieldValues) => {
    const before = valuesOfSettings(fields, settings);
    return changedSettings(fields, before, { ...before, ...more });
  };

  it('follows what is chosen in it', () => {
    expect(shown('mts')).not.toContain('token');
    expect(shown('mts', { api: 'token' })).toContain('token');
    expect(shown('mts', { api: 'token' })).not.toContain('password');
    expect(shown('rapporto')).not.toContain('repeatPauseS');
    expect(shown('rapporto', { dedup: true })).toContain('repeatPauseS');
  });

  it('leaves secrets as they are unless one is written or taken away', () => {
    const fields = fieldsFor('smsc');
    const settings = { url: 'https://smsc.ru', login: 'acme', password: { set: true }, hookSecret: { set: true } };
    expect(changed(fields, settings, {})).toEqual({});
    expect(changed(fields, settings, { password: 'new' })).toEqual({ password: 'new' });
    expect(changed(fields, settings, { hookSecret: null })).toEqual({ hookSecret: null });
  });

  it('takes away what is emptied, but keeps an empty text that means something', () => {
    expect(changed(fieldsFor('smsc'), { login: 'acme' }, { login: '' })).toEqual({ login: null });
    const address = 'https://api2.smstraffic.ru/multi.php';
    expect(changed(fieldsFor('smstraffic'), { reserveUrl: address }, { reserveUrl: '' })).toEqual({ reserveUrl: '' });
  });

  it('has numbers, tables, and what may be left open', () => {
    const fields = fieldsFor('edna');
    const rows = [
      { key: 'contentType', value: 'text' },
      { key: '', value: '' },
    ];
    expect(changed(fields, {}, { extraFields: rows, pollGapS: 5, indexedStatus: 'false' })).toEqual({
      extraFields: { contentType: 'text' },
      pollGapS: 5,
      indexedStatus: false,
    });
    expect(changed(fieldsFor('infobip'), {}, { apiVersion: '2' })).toEqual({ apiVersion: 2 });
    expect(changed(fieldsFor('http'), {}, { profile: '{"send": 1}' })).toEqual({ profile: { send: 1 } });
    expect(changed(fieldsFor('http'), {}, { profile: '{"send' })).toEqual({ profile: '{"send' });
  });

  it('calls a schema that it does not know unknown', () => {
    const properties = { list: { type: 'array' }, any: {}, numbers: { type: 'object', additionalProperties: {} } };
    expect(fieldsOf({ properties }).map(({ kind }) => kind)).toEqual(['unknown', 'unknown', 'unknown']);
  });
});

/** How many inputs have neither a label nor another name. */
const NAMELESS = `[...document.querySelectorAll('input:not([type=hidden]), textarea, select')].filter(
  (input) => input.labels.length === 0 && !input.ariaLabel && !input.getAttribute('aria-labelledby')).length`;

describe('in the browser', () => {
  let system: System;
  let browser: Browser;
  let operator: string;
  beforeAll(async () => {
    [system, browser] = await Promise.all([startSystem({ workers: 0 }), startBrowser()]);
    operator = await createApiKey(system.db, { accountId: null, name: 'browser', scopes: ['admin'], kind: 'live' });
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), system?.stop()]);
  });

  async function signedIn(options: Parameters<typeof openAdmin>[2]): Promise<Admin> {
    const admin = await openAdmin(system, browser, options);
    onTestFinished(() => admin.close());
    await admin.signIn(operator);
    return admin;
  }

  it('each gateway has its form, with a name for every input', async () => {
    const admin = await signedIn({ path: '/senders/new' });
    const { page } = admin;
    for (const gateway of GATEWAYS) {
      await page.getByRole('combobox', { name: /^Gateway/ }).fill(gateway.title);
      await page.getByRole('option', { name: gateway.title, exact: true }).click();
      const form = page.getByRole('group', { name: `Settings of ${gateway.title}` });
      const fields = fieldsFor(gateway.name);
      const titles = shownFields(fields, valuesOfSettings(fields)).map(({ schema }) => schema.title ?? '');
      const text = await form.innerText();
      expect(titles.filter((title) => !text.includes(title))).toEqual([]);
      expect(await page.evaluate(NAMELESS), gateway.name).toBe(0);
      expect(await form.locator('[data-kind=unknown]').count()).toBe(0);
      if (URL.canParse(gateway.docs)) {
        const link = form.getByRole('link', { name: `Documentation of ${gateway.title}` });
        expect(await link.getAttribute('href')).toBe(gateway.docs);
      }
    }
    expect(names).toHaveLength(17);
    expect(admin.troubles()).toEqual([]);
  }, 120_000);

  it('fields come and go with what is chosen in others', async () => {
    const { page } = await signedIn({ path: '/senders/new?gateway=mts' });
    await page.getByLabel('Login', { exact: true }).waitFor();
    expect(await page.getByLabel('Token', { exact: true }).count()).toBe(0);
    await page.getByRole('combobox', { name: 'API', exact: true }).click();
    await page.getByRole('option', { name: 'token' }).click();
    await page.getByLabel('Token', { exact: true }).waitFor();
    expect(await page.getByLabel('Login', { exact: true }).count()).toBe(0);
  });
});

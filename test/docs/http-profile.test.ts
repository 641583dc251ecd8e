/** docs/http-profile.md against the code: what it shows is what happens. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { dryRun } from '../../api/dry-run.ts';
import { type DryRunAnswer, dryRunSchema } from '../../api/schemas/gateways.ts';
import { readSettings } from '../../api/sender-settings.ts';
import { http } from '../../gateways/by-profile.ts';
import { profileSchema } from '../../gateways/profile/schema.ts';
import { PLACEHOLDERS } from '../../gateways/profile/template.ts';
import { blockOf, blocksOf } from './blocks.ts';
import { read } from './files.ts';

const PAGE = 'docs/http-profile.md';
const text = read(PAGE);
const profile = blockOf(PAGE, 'profile');
const settings = { ...JSON.parse(blockOf(PAGE, 'settings')), profile: JSON.parse(profile) };
const message = { to: '+79995550142', text: 'Код 4821', from: 'ACME' };

function run(more: object): DryRunAnswer {
  const asked = dryRunSchema.parse({ settings, message, ...more });
  const made = readSettings(http, asked.settings, []);
  if ('errors' in made) throw new Error(JSON.stringify(made.errors));
  return dryRun(http, asked, { settings: made.read.settings, phone: message.to, publicUrl: undefined });
}

/** `202`, headers, an empty line, and the body. */
function responseIn(block: string) {
  const [, first = '', head = '', body = ''] = /^(.*)\n((?:.+\n)*)\n?([\s\S]*)$/.exec(block) ?? [];
  const lines = head.split('\n').filter(Boolean);
  const headers = Object.fromEntries(lines.map((line) => line.split(/: (.*)/).slice(0, 2)));
  return { first, headers, body: body.trim() };
}

const samples = blocksOf(PAGE).flatMap((block, i, all) => {
  const told = all[i + 1];
  return told?.kind === 'reads' ? [{ ...block, reads: JSON.parse(told.text) as object }] : [];
});

function readingOf(kind: string, block: string): unknown {
  const { first, headers, body } = responseIn(block);
  const answer = { status: Number(first), headers, body };
  switch (kind) {
    case 'send':
      return run({ answer }).answer?.read;
    case 'status':
      return run({ statusAnswer: answer }).status.read;
    case 'call': {
      const [method, query = ''] = first.split(' ');
      return run({ call: { method, query, headers, body } }).call?.read;
    }
    default:
      throw new Error(`no sample is of the kind ${kind}`);
  }
}

describe(PAGE, () => {
  it('shows the request that its profile makes', () => {
    const { send, status } = run({});
    if (!('request' in send)) throw new Error(send.refused.detail);
    const { first, headers, body } = responseIn(blockOf(PAGE, 'request'));
    expect(send.request).toEqual({ method: first.split(' ')[0], url: first.split(' ')[1], headers, body });
    expect(text).toContain(`\`${status.request?.method} ${status.request?.url}\``);
  });

  it('has samples of all kinds', () => {
    expect(samples).toHaveLength(blocksOf(PAGE).filter(({ kind }) => kind === 'reads').length);
    expect(new Set(samples.map(({ kind }) => kind))).toEqual(new Set(['send', 'status', 'call']));
  });

  it.each(samples)('reads its sample as it says: $kind $text', ({ kind, text: block, reads }) => {
    expect(readingOf(kind, block)).toMatchObject(reads);
  });

  it('has a dry run that works', () => {
    const [, json = ''] =
      /-d '([\s\S]*)'\n?$/.exec(blocksOf(PAGE).find(({ language }) => language === 'sh')?.text ?? '') ?? [];
    const { settings: given, ...rest } = JSON.parse(json.replace(`'"$(cat pigeon.json)"'`, () => profile));
    expect(given).toEqual(settings);
    const ran = run(rest);
    expect(ran.answer?.outcome.kind).toBe('accepted');
    expect(ran.status.read).toMatchObject({ kind: 'read', answers: [[{ kind: 'status' }]] });
    expect(ran.call?.read).toMatchObject({ kind: 'read', reports: [{ gatewayId: 'p-71' }] });
    expect(JSON.stringify(ran)).not.toMatch(/YOUR_/);
  });

  it('tells of every field, default word and placeholder', () => {
    const names = new Set<string>();
    const walk = (schema: unknown): void => {
      if (typeof schema !== 'object' || schema === null) return;
      if ('properties' in schema) for (const name of Object.keys(schema.properties ?? {})) names.add(name);
      if ('enum' in schema && Array.isArray(schema.enum)) for (const word of schema.enum) names.add(String(word));
      for (const held of Object.values(schema)) walk(held);
    };
    walk(z.toJSONSchema(profileSchema, { io: 'input' }));
    expect(names.size).toBeGreaterThan(60);
    const tables = text.slice(text.indexOf('## Settings of the sender'));
    expect([...names].filter((name) => !new RegExp(`[\`"]${name}[\`"]`).test(tables))).toEqual([]);
    expect(Object.keys(PLACEHOLDERS).filter((name) => !tables.includes(`\`{{${name}}}\``))).toEqual([]);
  });
});

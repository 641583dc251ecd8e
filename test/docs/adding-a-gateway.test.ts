/** The adapter of docs/adding-a-gateway.md: that it compiles, and does what all.test.ts asks of gateways. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../gateways/gateway.ts';
import { secretFields } from '../../gateways/secret-fields.ts';
import { outcomeOf } from '../../sms/outcome.ts';
import { answer, bytes, formOf, hook, requestOf, SMS, TEXT_REF } from '../gateways/kit.ts';
import type { Sample } from '../gateways/samples/sample.ts';
import { blockOf } from './blocks.ts';
import { absolute, exists, read } from './files.ts';

const PAGE = 'docs/adding-a-gateway.md';

let folder: string;
let files: string[];
let stork: Gateway;
let sample: Sample;
let settings: unknown;

beforeAll(async () => {
  // Inside the project, for its packages; where neither Git nor the style check looks.
  mkdirSync(absolute('.data'), { recursive: true });
  folder = mkdtempSync(absolute('.data/page-'));
  const write = (name: string, kind: string, from: string) => {
    const text = blockOf(PAGE, kind).replace(/from '(\.\.?)\//g, (_, dots) => {
      return dots === '.' ? `from '../../${from}/` : "from '../../";
    });
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  files = [write('stork.ts', 'adapter', 'gateways'), write('sample.ts', 'sample', 'test/gateways/samples')];
  const [adapter, its] = await Promise.all(files.map((file) => import(pathToFileURL(file).href)));
  stork = adapter.stork;
  sample = its.sample;
  settings = stork.settings.parse(sample.settings);
});
afterAll(() => folder && rmSync(folder, { recursive: true }));

describe(PAGE, () => {
  it('has an adapter and a sample that compile', () => {
    const { config } = ts.readConfigFile(absolute('tsconfig.json'), ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, absolute('.'));
    const program = ts.createProgram(files, { ...options, noEmit: true, outDir: undefined });
    const faults = files.flatMap((file) => {
      const source = program.getSourceFile(file);
      return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    });
    expect(faults.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
  }, 120_000);

  it('names properties and files that there are', () => {
    for (const path of read(PAGE).matchAll(/`((?:test|local|docs)\/[\w/.-]+\.ts)`/g)) {
      if (!path[1]?.includes('stork')) expect(exists(path[1] ?? ''), path[1]).toBe(true);
    }
  });
});

describe('its adapter', () => {
  it('sends the form that it should', () => {
    const request = requestOf(stork.send(SMS, settings));
    expect(request).toMatchObject({
      method: 'POST',
      url: 'http://127.0.0.1:7001/send',
      headers: { authorization: `Basic ${Buffer.from('us:hush-hush-4711').toString('base64')}` },
    });
    expect(formOf(request)).toEqual({ to: '79995550142', from: 'ACME', text: 'Код 4821', ref: TEXT_REF });
    expect(secretFields(stork)).toEqual(['password', 'hookSecret']);
  });

  it('fits its traits', () => {
    for (const example of Object.values(stork.examples)) {
      expect(stork.traits(stork.settings.parse(example))).toMatchObject({ lookup: 'gateway-id', reports: 'webhook' });
    }
    expect(stork.settings.safeParse({ ...sample.settings, url: 'ftp://a.example' }).success).toBe(false);
  });

  it('takes its success for one, and no part of it, no garbage and no 5xx', () => {
    const kind = (status: number, body: string) =>
      outcomeOf({ reach: 'answered', answer: stork.readSend(answer(status, body), SMS, settings) }, false).kind;
    expect(kind(200, sample.success)).toBe('accepted');
    for (let length = 0; length < sample.success.length; length++) {
      expect(kind(200, sample.success.slice(0, length))).toBe('uncertain');
    }
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 500, max: 599 }), (text, status) => {
        fc.pre(!/"(id|error)"/i.test(text));
        expect(kind(200, text)).toBe('uncertain');
        expect(kind(status, sample.success)).toBe('uncertain');
      }),
    );
    expect(kind(401, '')).toBe('not-sent');
    expect(kind(200, '{"error":"E09"}')).toBe('not-sent');
    expect(kind(200, '{"error":"E77"}')).toBe('uncertain');
    expect(kind(500, '{"error":"E09"}')).toBe('uncertain');
  });

  it('reads statuses, by poll and by call', () => {
    const asked = [{ ids: [{ id: '5' }, { id: '6' }], phone: SMS.phone, ref: SMS.ref }];
    expect(stork.poll?.(asked, settings).url).toBe('http://127.0.0.1:7001/status?ids=5%2C6');
    const report = { gatewayId: '5', status: 'delivered', raw: 'DELIVERED' };
    expect(stork.readPoll?.(answer(200, sample.shapes[1]), asked, settings)).toEqual({
      kind: 'read',
      answers: [[{ kind: 'status', report }, { kind: 'nothing' }]],
    });
    const query = String(sample.shapes[2]);
    expect(stork.readHook?.(hook('', { query }), settings)).toEqual({
      kind: 'read',
      reports: [{ gatewayId: '5', status: 'undelivered', raw: 'FAILED', phone: '+79995550142' }],
      inbound: [],
    });
    expect(stork.readHook?.(hook('', { query: query.replace('hush', 'rush') }), settings)).toMatchObject({
      kind: 'refused',
    });
  });

  it('reads anything without falling over', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.string({ unit: 'binary' }),
        fc.integer({ min: 100, max: 599 }),
        (json, query, status) => {
          const asked = [{ ids: [{ id: query }], phone: SMS.phone, ref: SMS.ref }];
          const response = { status, headers: {}, body: bytes(json) };
          stork.readSend(response, SMS, settings);
          stork.readPoll?.(response, asked, settings);
          stork.poll?.(asked, settings);
          stork.readHook?.({ method: 'GET', query, headers: {}, body: bytes('') }, settings);
        },
      ),
    );
  });
});

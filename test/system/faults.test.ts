/**
 * Gateways that fail while an SMS is handed to them. Whatever happens there, the gateway takes it at most once, and the
 * end says what is known.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { phone } from './phones.ts';
import { addSenders, GATEWAYS } from './senders.ts';
import { isFinal, type System, startSystem } from './system.ts';

let system: System;

beforeAll(async () => {
  system = await startSystem({ env: { HTTP_TIMEOUT_MS: '4000' } });
  await addSenders(system, 'faults', (gateway) => ({
    awaitDeliveryS: 60,
    defaultValidityS: gateway === 'playmobile' ? 45 : 120,
    reportGraceS: gateway === 'playmobile' ? 5 : 3600,
  }));
});
afterAll(() => system?.stop());

/** The simulator's magic number, what it does at the first submit, and whether that submit was taken. */
const FAULTS = [
  ['931', 'the connection is reset before the body is read', false],
  ['932', 'it is taken, and the connection is reset', true],
  ['933', 'it is taken, and never answered', true],
  ['934', 'HTTP 500, and it is not taken', false],
  ['935', 'HTTP 500, but it is taken', true],
  ['936', 'it is taken, and the answer is garbage', true],
  ['937', 'it is taken, and the answer breaks off', true],
  ['938', 'it is taken, and the answer is late', true],
  ['939', 'it is taken, and the answer has no id', true],
  ['940', 'redirects', false],
  ['941', 'it is taken, and the answer drips', true],
  ['942', 'it is taken, and the answer is giant', true],
  ['943', 'it is taken, and the answer is a gzip bomb', true],
  ['944', 'it is taken, and the answer is in a wrong charset', true],
] as const;

/** SMSc.ru holds what it did not take back for a minute. */
const SENDERS = process.env.FULL ? GATEWAYS : GATEWAYS.filter((gateway) => gateway !== 'smsc');

describe.concurrent.each(SENDERS)('%s', (sender) => {
  it.concurrent.each(FAULTS)('%s: %s', { timeout: 120_000 }, async (magic, _what, taken) => {
    const to = phone(sender, magic);
    const ended = await system.until(await system.send({ to, sender }), isFinal, 110_000);
    // Play Mobile takes every repeat for a second SMS and cannot be asked: it is not sent again, and that is said.
    const lost = sender === 'playmobile' && !taken;
    expect(ended.status).toBe(lost ? 'unknown' : 'delivered');
    expect(await system.takenFor(to)).toBe(lost ? 0 : 1);
  });

  it.concurrent.each([
    ['921', '429 with Retry-After'],
    ['923', '503 with Retry-After'],
  ])('%s: %s is waited for, and it is sent again', { timeout: 120_000 }, async (magic) => {
    const to = phone(sender, magic);
    const ended = await system.until(await system.send({ to, sender }), isFinal, 110_000);
    expect(ended.status).toBe('delivered');
    expect(await system.takenFor(to)).toBe(1);
    const outcomes = ended.timeline.filter(({ kind }) => kind === 'outcome').map(({ detail }) => detail?.kind);
    expect(outcomes).toEqual(['not-sent', 'accepted']);
  });
});

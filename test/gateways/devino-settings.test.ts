import { describe, expect, it } from 'vitest';
import { devino } from '../../gateways/devino.ts';
import { SMS } from './kit.ts';

const KEY = '11111111-2222-3333-4444-555555555555';
const ONLINE = devino.settings.parse({ api: 'online', apiKey: KEY });
const REST2 = devino.settings.parse({ api: 'rest2', login: 'acme', password: 's3cret' });

describe('devino settings', () => {
  it.each([
    {},
    { api: 'online' },
    { api: 'online', login: 'acme' },
    { api: 'rest2', apiKey: KEY },
    { api: 'rest2', password: 'x' },
    { apiKey: KEY },
    { login: 'acme', password: 'x' },
    { api: 'rest1', login: 'acme', password: 'x' },
  ])('does not take %o', (settings) => {
    expect(devino.settings.safeParse(settings).success).toBe(false);
  });

  it('names an account by address and login, or by the mark of its key', () => {
    const key = (settings: object) => devino.accountKey(devino.settings.parse(settings));
    expect(devino.accountKey(REST2)).toBe('integrationapi.net/rest/v2/acme');
    expect(key({ api: 'online', login: 'acme', apiKey: KEY })).toBe('api.devino.online/acme');
    expect(devino.accountKey(ONLINE)).toMatch(/^api\.devino\.online\/[0-9a-f]{12}$/);
    expect(devino.accountKey(ONLINE)).not.toBe(key({ api: 'online', apiKey: 'other' }));
  });

  it('tells what each API cannot do', () => {
    expect(devino.traits(ONLINE)).toMatchObject({
      repeat: 'unsafe',
      lookup: 'none',
      reports: 'webhook',
      inbound: 'none',
      callerId: 'required',
    });
    expect(devino.traits(REST2)).toMatchObject({
      repeat: 'unsafe',
      lookup: 'gateway-id',
      reports: 'poll',
      inbound: 'pull',
      pollLimit: { idsPerRequest: 1 },
    });
    expect(devino.traits({ ...REST2, pullInbound: false }).inbound).toBe('webhook');
    expect(devino.traits(REST2).ownId).toBeUndefined();
  });

  it.each([ONLINE, REST2])('needs a caller id for $api', (settings) => {
    const { callerId: _, ...nameless } = SMS;
    expect(devino.send(nameless, settings)).toMatchObject({ refuse: 'sender-not-allowed' });
    expect(devino.traits(settings).callerId).toBe('required');
  });
});

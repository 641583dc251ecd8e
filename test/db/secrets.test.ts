import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { open, openSettings, type SecretKey, seal, sealSettings } from '../../db/secrets.ts';

const key = (id: string): SecretKey => ({ id, key: randomBytes(32) });

describe('secrets', () => {
  it.each(['', 'hunter2', 'пароль 🔑', 'x'.repeat(10_000)])('come back as they were sealed', (plain) => {
    const keys = [key('a')];
    const sealed = seal(plain, keys);
    if (plain !== '') expect(JSON.stringify(sealed)).not.toContain(plain);
    expect(open(sealed, keys)).toBe(plain);
  });

  it('are sealed differently each time', () => {
    const keys = [key('a')];
    expect(seal('same', keys)).not.toEqual(seal('same', keys));
  });

  it('sealed with an old key are opened while that key is in the list, and new ones take the first', () => {
    const [old, fresh] = [key('2025'), key('2026')];
    const before = seal('secret', [old]);
    const after = seal('secret', [fresh, old]);
    expect(after.$sealed.startsWith('2026:')).toBe(true);
    for (const sealed of [before, after]) expect(open(sealed, [fresh, old])).toBe('secret');
    expect(() => open(before, [fresh])).toThrow("no key '2025'");
  });

  it('that were changed in any byte are refused', () => {
    const keys = [key('a')];
    const bytes = Buffer.from(seal('secret', keys).$sealed.slice(2), 'base64');
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(() => open({ $sealed: `a:${changed.toString('base64')}` }, keys)).toThrow();
    }
  });

  it.each(['', 'a', 'a:', 'a:AAAA', ':'])('that are no sealed value are refused: %j', ($sealed) => {
    expect(() => open({ $sealed }, [key('a')])).toThrow();
  });

  it.each(['', 'secret'])('cut short are refused, tag and all: %j', (plain) => {
    const keys = [key('a')];
    const bytes = Buffer.from(seal(plain, keys).$sealed.slice(2), 'base64');
    for (let length = 0; length < bytes.length; length++) {
      expect(() => open({ $sealed: `a:${bytes.subarray(0, length).toString('base64')}` }, keys)).toThrow();
    }
  });

  it('are not opened by another key under the same name', () => {
    expect(() => open(seal('secret', [key('a')]), [key('a')])).toThrow();
  });

  it('without any key cannot be sealed', () => {
    expect(() => seal('secret', [])).toThrow('SECRET_KEYS is empty');
  });

  it('of settings are sealed field by field, and the others stay readable', () => {
    const keys = [key('a')];
    const settings = { login: 'shop', password: 'hunter2', port: 443, token: undefined };
    const sealed = sealSettings(settings, ['password', 'token'], keys);
    expect(sealed).toMatchObject({ login: 'shop', port: 443 });
    expect(JSON.stringify(sealed)).not.toContain('hunter2');
    expect(openSettings(sealed, keys)).toEqual(settings);
  });
});

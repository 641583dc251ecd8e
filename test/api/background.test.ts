import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createBackground } from '../../api/background.ts';
import { createCache } from '../../api/cache.ts';
import { signalAll } from '../../hooks/signal-all.ts';

describe('background work', () => {
  it('runs so many at a time, in order, and goes on after a failure', async () => {
    const begun: number[] = [];
    const errors: unknown[] = [];
    let running = 0;
    let most = 0;
    const background = createBackground({ concurrency: 3, limit: 100, onError: (err) => errors.push(err) });
    for (let n = 0; n < 20; n++) {
      background.run(async () => {
        begun.push(n);
        most = Math.max(most, ++running);
        await sleep(2);
        running--;
        if (n % 5 === 0) throw new Error(String(n));
      });
    }
    expect(await background.drain(5_000)).toBe(0);
    expect(begun).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect(most).toBe(3);
    expect(errors.map(String)).toEqual(['Error: 0', 'Error: 5', 'Error: 10', 'Error: 15']);
  });

  it('refuses what is too much, and says what it left undone', async () => {
    let done = 0;
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const background = createBackground({ concurrency: 1, limit: 2, onError: () => {} });
    const job = async () => {
      await gate;
      done++;
    };
    expect([1, 2, 3, 4].map(() => background.run(job))).toEqual([true, true, true, false]);
    expect(await background.drain(20)).toBe(3);
    release();
    await sleep(10);
    expect(done).toBe(1);
  });
});

describe('a cache', () => {
  it('loads once for all who ask at once, and again when it is too old', async () => {
    const cache = createCache<number>(30);
    let loads = 0;
    const load = async () => {
      await sleep(5);
      return ++loads;
    };
    expect(await Promise.all([1, 2, 3].map(() => cache.get('a', load)))).toEqual([1, 1, 1]);
    expect(await cache.get('b', load)).toBe(2);
    await sleep(40);
    expect(await cache.get('a', load)).toBe(3);
  });

  it('holds neither what is not there nor an error', async () => {
    const cache = createCache<string>(10_000);
    expect(await cache.get('a', async () => undefined)).toBeUndefined();
    await expect(cache.get('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await cache.get('a', async () => 'there')).toBe('there');
  });
});

describe('signals', () => {
  it('are all sent, some at a time; after a failure no new ones are', async () => {
    let sent = 0;
    const signal = async () => {
      sent++;
      await sleep(1);
    };
    await signalAll(Array(100).fill(signal));
    expect(sent).toBe(100);
    const away = () => Promise.reject(new Error('away'));
    await expect(signalAll([away, ...Array(100).fill(signal)])).rejects.toThrow('away');
    expect(sent).toBeLessThan(130);
  });
});

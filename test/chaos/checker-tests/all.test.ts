import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { check, INVARIANTS } from '../checker/index.ts';
import { madeUp } from '../evidence.ts';

it('finds nothing where every promise was kept, and says what it looked at', () => {
  const verdicts = check(madeUp(20));
  expect(verdicts.flatMap(({ breaches }) => breaches)).toEqual([]);
  expect(verdicts.map(({ invariant }) => invariant)).toEqual(Object.keys(INVARIANTS));
  expect(verdicts.filter(({ outcome }) => outcome !== 'kept')).toEqual([]);
  expect(verdicts.filter(({ checked }) => !/^[1-9]/.test(checked))).toEqual([]);
});

it('says of each invariant that it looked at nothing, where nothing happened', () => {
  const nothing = madeUp(0);
  nothing.temporal = { ...nothing.temporal, seen: 0, rounds: 0, replayed: 0, repairs: [] };
  const verdicts = check(nothing);
  expect(verdicts.filter(({ outcome }) => outcome !== 'nothing seen')).toEqual([]);
  expect(verdicts.filter(({ checked }) => !checked.startsWith('0 '))).toEqual([]);
});

it.each(Object.keys(INVARIANTS))('%s has forgeries that it must speak of', (invariant) => {
  expect(existsSync(new URL(`${invariant}.test.ts`, import.meta.url))).toBe(true);
});

/** Of the processor, since other tests run beside this one: 6 to 13 s here. What grows faster than the messages takes minutes. */
it('takes 100,000 messages in under 30 s', { timeout: 180_000 }, () => {
  const evidence = madeUp(100_000);
  const begun = process.cpuUsage();
  const verdicts = check(evidence);
  const { user, system } = process.cpuUsage(begun);
  const seconds = (user + system) / 1e6;
  process.stdout.write(`100,000 messages are checked in ${seconds.toFixed(1)} s\n`);
  expect(verdicts.flatMap(({ breaches }) => breaches)).toEqual([]);
  expect(seconds).toBeLessThan(30);
});

import { readFileSync } from 'node:fs';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { describe, expect, it } from 'vitest';
import { billableActions } from '../../bench/actions.ts';
import { inFlight } from '../../bench/load.ts';
import { magicPhone, phone } from '../../bench/phones.ts';
import { spread } from '../../bench/spread.ts';

const historyOf = (name: string) => historyFromJSON(JSON.parse(readFileSync(`test/histories/${name}.json`, 'utf8')));

describe('billable actions', () => {
  it.each([
    ['report-in-time', 5], // start, check, send, timer, signal
    ['refused', 3], // start, check, send
    ['suppressed', 2], // start, check
  ])('%s: %i', (name, actions) => expect(billableActions(historyOf(name))).toBe(actions));

  it('are one for each attempt of an activity', () => {
    const attempts = (attempt: number) =>
      billableActions({
        events: [{ activityTaskScheduledEventAttributes: {} }, { activityTaskStartedEventAttributes: { attempt } }],
      });
    expect([attempts(1), attempts(4)]).toEqual([1, 4]);
  });

  it('are one for all local activities of one workflow task', () => {
    const marker = (task: string) => ({ markerRecordedEventAttributes: { workflowTaskCompletedEventId: task } });
    const history = historyFromJSON({ events: [marker('4'), marker('4'), marker('9')] });
    expect(billableActions(history)).toBe(2);
    expect(billableActions({})).toBe(0);
  });
});

describe('a spread', () => {
  it('is of values that occurred', () => {
    expect(spread(Array.from({ length: 200 }, (_, index) => 200 - index))).toEqual({ p50: 100, p95: 190, p99: 198 });
    expect(spread([7])).toEqual({ p50: 7, p95: 7, p99: 7 });
    expect(spread([])).toEqual({ p50: Number.NaN, p95: Number.NaN, p99: Number.NaN });
  });
});

describe('phones', () => {
  it('mean nothing to the simulator, unless told to', () => {
    const all = Array.from({ length: 20_000 }, (_, index) => phone('+7999', index));
    expect(new Set(all).size).toBe(20_000);
    expect(all.filter((it) => !/^\+7999\d{4}[0-8]\d\d$/.test(it))).toEqual([]);
    expect([magicPhone('+7999', 0, 904), magicPhone('+7999', 10_012, 904)]).toEqual(['+79990000904', '+79990012904']);
  });
});

describe('work under way', () => {
  it('is never more than wanted, and keeps its order', async () => {
    let [now, most] = [0, 0];
    const results = await inFlight(50, 7, async (index) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, (index * 7) % 5));
      now--;
      return index;
    });
    expect(most).toBe(7);
    expect(results).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });
});

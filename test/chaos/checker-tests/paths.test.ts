import { describe, expect, it } from 'vitest';
import { chooseDeliveries } from '../checker/paths.ts';
import { idOf, madeUp, STORIES } from '../evidence.ts';
import { createRandom } from '../random.ts';

const choose = (count: number, most: number, seed = 1) =>
  chooseDeliveries(madeUp(count).books, most, createRandom(seed));

describe('the sample of deliveries that are replayed', () => {
  it('is as large as it may be, and the same for the same seed', () => {
    expect(choose(2_000, 100).ids).toHaveLength(100);
    expect(new Set(choose(2_000, 100).ids).size).toBe(100);
    expect(choose(2_000, 100)).toEqual(choose(2_000, 100));
    expect(choose(2_000, 100, 2).ids).not.toEqual(choose(2_000, 100).ids);
    expect(choose(5, 100).ids).toHaveLength(5);
    expect(choose(0, 100).ids).toEqual([]);
  });

  it('has every kind of step and, where there is room, every path', () => {
    const { paths, pathsTaken, steps, stepsTaken } = choose(2_000, STORIES.length * 2);
    expect(paths).toBeGreaterThan(STORIES.length / 2);
    expect([pathsTaken, stepsTaken]).toEqual([paths, steps]);
    const few = choose(2_000, 8);
    expect(few.ids).toHaveLength(8);
    expect(few.stepsTaken).toBe(few.steps);
  });

  it('finds what is rare: one step in one message of thousands', () => {
    const { books } = madeUp(3_000);
    const rare = {
      messageId: idOf(1_234),
      n: 99_999n,
      at: new Date(),
      kind: 'not-taken',
      source: 'worker',
      detail: {},
    };
    books.events.push(rare);
    expect(chooseDeliveries(books, 20, createRandom(1)).ids).toContain(rare.messageId);
  });

  it('is spread over the run', () => {
    const { ids, tenths } = choose(2_000, 100);
    const inTenth = Array.from({ length: 10 }, () => 0);
    for (const id of ids) {
      const tenth = Math.floor(Number(id.slice(-12)) / 200);
      inTenth[tenth] = (inTenth[tenth] ?? 0) + 1;
    }
    expect(tenths).toBe(10);
    expect(Math.min(...inTenth)).toBeGreaterThanOrEqual(8);
    expect(Math.max(...inTenth)).toBeLessThanOrEqual(12);
  });
});

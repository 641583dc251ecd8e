import { describe, expect, it } from 'vitest';
import { readOptions, SCENARIOS } from '../../bench/options.ts';
import { planSessions } from '../../bench/plan.ts';

describe('the options of the bench', () => {
  it('are these unless told', () => {
    expect(readOptions([])).toEqual({
      n: [500],
      concurrency: 32,
      only: ['floor', 'deliver', 'webhook', 'poll', 'accept', 'pace'],
      store: 'sqlite',
      repeat: 1,
      paceSeconds: 60,
      waiting: 100_000,
      json: undefined,
    });
  });

  it('take several sizes, all scenarios, the other store', () => {
    const told = readOptions(
      '--n 5000,20000 --only all --store postgres --repeat 3 --waiting 1000 --json r'.split(' '),
    );
    expect(told).toMatchObject({ n: [5_000, 20_000], store: 'postgres', repeat: 3, waiting: 1_000, json: 'r' });
    expect(told.only).toEqual(SCENARIOS);
  });

  it.each([
    ['--n 0', '--n must be a whole number from 1'],
    ['--n 5,', '--n must be a whole number from 1'],
    ['--n 1e3', '--n must be a whole number from 1'],
    ['--repeat -1', 'repeat'],
    ['--only floor,webhooks', '--only takes floor, deliver'],
    ['--store mysql', '--store takes sqlite, postgres'],
    ['--sizes 5', '--sizes'],
  ])('refuse %s', (args, why) => {
    expect(() => readOptions(args.split(' '))).toThrow(why);
  });
});

describe('the sessions of the bench', () => {
  it('keep together what is compared, and repeat floor and deliver with each size', () => {
    expect(planSessions({ n: [5_000, 20_000], only: [...SCENARIOS] })).toEqual([
      { n: 5_000, scenarios: ['floor', 'deliver', 'webhook', 'poll'] },
      { n: 20_000, scenarios: ['floor', 'deliver'] },
      { n: 5_000, scenarios: ['accept'] },
      { n: 5_000, scenarios: ['pace'] },
      { n: 5_000, scenarios: ['waiting'] },
    ]);
  });

  it('leave out what is not wanted', () => {
    expect(planSessions({ n: [10, 20], only: ['pace', 'deliver', 'floor'] })).toEqual([
      { n: 10, scenarios: ['floor', 'deliver'] },
      { n: 20, scenarios: ['floor', 'deliver'] },
      { n: 10, scenarios: ['pace'] },
    ]);
    expect(planSessions({ n: [10, 20], only: ['accept'] })).toEqual([{ n: 10, scenarios: ['accept'] }]);
  });
});

import { describe, expect, it } from 'vitest';
import { changesOf } from '../../bench/repeats.ts';
import type { SessionResults } from '../../bench/results.ts';
import { judge, TARGETS } from '../../bench/targets.ts';
import { delivered, measured, session } from './results.ts';

const floor = measured(100, { cpuPer1000: { worker: 10, temporal: 50 } });
const deliver = (perSecond: number, worker = 7, memory = 300) =>
  delivered(perSecond, {
    cpuPer1000: { api: 4, worker, postgres: 5, temporal: 60, simulator: 9 },
    peakMb: { worker: memory },
    actions: 5,
    events: 18,
    statements: 6.01,
  });
const of = (sessions: SessionResults[]) =>
  Object.fromEntries(judge(sessions).map(({ name, measured, met }) => [name, [Number(measured.toFixed(3)), met]]));

describe('the targets of the bench', () => {
  it('compare deliver with floor, and what it costs with the budgets', () => {
    expect(of([session(5_000, { floor, deliver: deliver(60) })])).toEqual({
      'deliver, messages/s to workflows/s of floor': [0.6, true],
      'deliver, CPU of api + worker + postgres to CPU of the worker of floor': [1.6, true],
      'deliver, Temporal actions': [5, true],
      'deliver, history events': [18, true],
      'deliver, SQL statements': [6.01, false],
    });
  });

  it('say how far each size is from what is wanted, and how they grow', () => {
    const seen = of([
      session(20_000, { floor: measured(50, { cpuPer1000: { worker: 10 } }), deliver: deliver(29, 7.1, 331) }),
      session(5_000, { floor, deliver: deliver(61) }),
    ]);
    expect(seen['deliver, messages/s to workflows/s of floor (n 20000)']).toEqual([0.58, false]);
    expect(seen['deliver, messages/s to workflows/s of floor (n 5000)']).toEqual([0.61, true]);
    expect(seen['deliver, memory of the worker with most messages to that with fewest']).toEqual([1.103, false]);
    expect(seen['deliver to floor, with most messages to that with fewest']).toEqual([0.951, true]);
  });

  it('compare the other scenarios', () => {
    const sessions = [
      session(5_000, { floor, deliver: deliver(60), webhook: measured(299), poll: delivered(40, { events: 25 }) }),
      session(5_000, { accept: { single: measured(300), batch: measured(3_000) } }),
      session(5_000, {
        waiting: {
          waiting: 1_000,
          without: measured(50),
          with: measured(44),
          otpMs: { p50: 90, p95: 900, p99: 2_001 },
          otps: 200,
        },
      }),
    ];
    const seen = of(sessions);
    expect(seen['webhook, reports/s to messages/s of deliver']).toEqual([4.983, false]);
    expect(seen['poll, messages/s to workflows/s of floor']).toEqual([0.4, true]);
    expect(seen['poll, history events']).toEqual([25, false]);
    expect(seen['accept, messages/s in batches to those posted singly']).toEqual([10, true]);
    expect(seen['waiting, messages/s of others to those without']).toEqual([0.88, false]);
    expect(seen['waiting, otp on the same sender, ms until its submit, p99']).toEqual([2_001, false]);
    // All but the two that need a second size.
    expect(Object.keys(seen)).toHaveLength(TARGETS.length - 2);
  });

  it('say what is wanted', () => {
    const wanted = judge([session(1, { floor, deliver: deliver(60) })]).map(({ wanted }) => wanted);
    expect(wanted).toEqual(['at least 0.6', 'at most 1.6', 'at most 5', 'at most 18', 'at most 6']);
  });

  it('are left out where nothing was measured, or CPU times cannot be read', () => {
    expect(judge([])).toEqual([]);
    expect(judge([session(1, { floor: measured(100), deliver: delivered(60) })]).map(({ name }) => name)).toEqual([
      'deliver, messages/s to workflows/s of floor',
    ]);
  });
});

describe('from run to run', () => {
  const run = (perSecond: number) => {
    const sessions = [session(500, { floor, deliver: delivered(perSecond) })];
    return { sessions, targets: judge(sessions) };
  };

  it('figures have a least, a median, a most and their distance', () => {
    const changes = changesOf([run(60), run(50), run(52), run(56)]);
    expect(changes.find(({ name }) => name === 'deliver, per second (n 500)')).toEqual({
      name: 'deliver, per second (n 500)',
      least: 50,
      median: 54,
      most: 60,
      spread: 10 / 54,
    });
    expect(changes.find(({ name }) => name === 'deliver, messages/s to workflows/s of floor')).toMatchObject({
      least: 0.5,
      most: 0.6,
    });
    expect(changes.find(({ name }) => name === 'floor, per second (n 500)')).toMatchObject({ median: 100, spread: 0 });
  });

  it('one run has none', () => expect(changesOf([run(60)])).toEqual([]));
});

import { describe, expect, it } from 'vitest';
import { readOptions } from '../../bench/options.ts';
import { changesOf, type RunResults } from '../../bench/repeats.ts';
import type { SessionResults } from '../../bench/results.ts';
import { table } from '../../bench/table.ts';
import { judge } from '../../bench/targets.ts';
import { delivered, measured, session } from './results.ts';

const machine = { platform: 'linux x64', node: '20.19.0', cpus: 2, model: 'Some CPU' };
const run = (...sessions: SessionResults[]): RunResults => ({ sessions, targets: judge(sessions) });
const lines = (...runs: RunResults[]) =>
  table({ at: '', machine, options: readOptions([]), runs, changes: changesOf(runs) })
    .split('\n')
    .map((line) => line.trimEnd().replaceAll(/ {2,}/g, ' | '));

const floor = measured(123.4, { cpuPer1000: { worker: 9.87, temporal: 50 }, actions: 3 });
const deliver = delivered(74.04, { cpuPer1000: { worker: 10, api: 3, postgres: 4, temporal: 50 }, actions: 4.95 });

describe('the table of the bench', () => {
  it('has the scenarios of one size side by side, and a dash of nothing where one was not measured', () => {
    const shown = lines(
      run(
        session(500, { floor, deliver }),
        session(500, { accept: { single: measured(900), batch: measured(9_100) } }),
      ),
    );
    expect(shown).toContain('n 500 | floor | deliver | accept | batch');
    expect(shown).toContain('per second | 123 | 74.0 | 900 | 9100');
    expect(shown).toContain('CPU s per 1000, worker | 9.87 | 10.0');
    expect(shown).toContain('Temporal actions each | 3.00 | 4.95');
    expect(shown.filter((line) => line.includes('simulator') || line.includes('SQL'))).toEqual([]);
    expect(shown.at(-1)).toBe(
      'concurrency 32; 2 x Some CPU, linux x64, Node 20.19.0, Temporal 1.32.0 on sqlite, load average at the start 0.1',
    );
  });

  it('says which targets are met', () => {
    const shown = lines(run(session(500, { floor, deliver })));
    expect(shown).toContain('deliver, messages/s to workflows/s of floor | 0.60 | at least 0.6 | met');
    expect(shown).toContain(
      'deliver, CPU of api + worker + postgres to CPU of the worker of floor | 1.72 | at most 1.6 | MISSED',
    );
  });

  it('has a block for each size, and lines for what is not like the others', () => {
    const pace = {
      limit: 49,
      submits: 2_940,
      largest: 48,
      meanPerSecond: 45.6,
      largestToLimit: 0.98,
      meanToLimit: 0.93,
    };
    const waiting = {
      waiting: 1_000,
      without: measured(50),
      with: measured(49),
      otpMs: { p50: 90, p95: 900, p99: 950 },
      otps: 200,
    };
    const shown = lines(run(session(500, { floor }), session(900, { floor }), session(500, { pace, waiting })));
    expect(shown.filter((line) => line.startsWith('n '))).toEqual(['n 500 | floor | without | with', 'n 900 | floor']);
    expect(shown).toContain('pace, largest second, and its share of the limit | 48.0 | 0.98');
    expect(shown).toContain('waiting 1000, 200 otp, ms, p50 p95 p99 | 90.0 | 900 | 950');
  });

  it('compares runs', () => {
    const slower = run(session(500, { floor, deliver: { ...deliver, perSecond: 70 } }));
    const shown = lines(run(session(500, { floor, deliver })), slower);
    expect(shown.filter((line) => line.startsWith('Run '))).toEqual(['Run 1', 'Run 2']);
    expect(shown).toContain('From run to run | least | median | most | spread');
    expect(shown).toContain('deliver, per second (n 500) | 70.0 | 72.0 | 74.0 | 6 %');
  });
});

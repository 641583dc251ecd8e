import { expect, it } from 'vitest';
import { faultsByKind } from './faults-by-kind.ts';
import { kibIn, memoryOf } from './memory.ts';
import { lineOf, type Sample } from './sample.ts';
import { faultTable, memoryTable } from './summary.ts';

const sample = (minute: number, more: Partial<Sample> = {}): Sample => ({
  seed: '7',
  at: '2026-05-04T08:00:00.000Z',
  seconds: minute * 60,
  posted: minute * 1_000,
  final: minute * 990,
  inFlight: minute * 10,
  openRequests: 2,
  faults: minute * 40,
  inForce: [],
  load: 1.26,
  memory: { api: 100 + minute, postgres: null },
  ...more,
});

it('says in one line how far the run is', () => {
  expect(lineOf(sample(2, { inForce: ['kill-api', 'cut-api-postgres'] }))).toBe(
    '120 s: posted 2000, final 1980, in flight 20, open requests 2, faults 80 (kill-api, cut-api-postgres now); load 1.3; MiB: api 102, postgres away',
  );
  expect(lineOf(sample(1))).toContain('faults 40 (calm);');
});

it('has ten rows of memory over time, from the first sample to the last', () => {
  const minutes = Array.from({ length: 118 }, (_, minute) => sample(minute));
  const rows = memoryTable(minutes).split('\n');
  expect(rows[0]).toBe('| Minutes | Posted | Final | In flight | Faults | api, MiB | postgres, MiB |');
  expect(rows[1]).toBe('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
  expect(rows.slice(2)).toHaveLength(10);
  expect(rows[2]).toBe('| 0.0 | 0 | 0 | 0 | 0 | 100 | away |');
  expect(rows.at(-1)).toBe('| 117.0 | 117000 | 115830 | 1170 | 4680 | 217 | away |');
  expect(new Set(rows).size).toBe(12);
});

it('has a row for each sample where there are few', () => {
  expect(memoryTable([sample(0), sample(1), sample(2)]).split('\n')).toHaveLength(5);
});

it('counts faults by kind, the most frequent first', () => {
  const moment = { at: 0, mono: 0 };
  const fault = (name: string) => {
    return { kind: 'fault' as const, name, what: '', begun: moment, ended: moment, explains: [], ...moment };
  };
  const names = ['kill-api', 'cut', 'kill-api', 'a-freeze'];
  const counts = faultsByKind([...names.map(fault), { kind: 'note', what: 'kill-api', ...moment }]);
  expect(faultTable(counts).split('\n').slice(2)).toEqual([
    '| kill-api | 2 |',
    '| a-freeze | 1 |',
    '| cut | 1 |',
    '| all | 4 |',
  ]);
});

it('reads what the system says of memory', () => {
  const rollup = '55d0-7ffd ---p 00000000 00:00 0 [rollup]\nRss:              8460 kB\nPss:              1234 kB\n';
  expect(kibIn('Rss', rollup)).toBe(8460);
  expect(kibIn('Pss', rollup)).toBe(1234);
});

it('knows the memory of this process, and that a part without one is away', () => {
  const memory = memoryOf({ names: () => ['api'], child: () => undefined });
  expect(memory.api).toBeNull();
  expect(memory.run).toBeGreaterThan(10);
});

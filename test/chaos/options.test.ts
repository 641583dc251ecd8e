import { describe, expect, it } from 'vitest';
import { BREAKS } from './breaks/index.ts';
import { commandOf, readOptions } from './options.ts';

describe('options of the chaos run', () => {
  it.each([
    ['a fault that there is not', ['--only', 'kill-nobody'], /kill-nobody/],
    ['a break that there is not', ['--break', 'nothing'], /--break takes all or one of no-claim, .*, not 'nothing'/],
    ['no number', ['--seconds', '2m'], /--seconds must be a whole number from 1, not '2m'/],
    ['too small a number', ['--validity', '5'], /--validity must be a whole number from 6/],
    ['some faults and none', ['--only', 'kill-worker', '--no-faults'], /exclude each other/],
    ['a break, several times', ['--break', 'no-claim', '--runs', '2'], /--break and --runs exclude each other/],
    ['all breaks, with options', ['--break', 'all', '--seconds', '20'], /--break all goes with no other option/],
    ['several runs that are kept', ['--runs', '2', '--keep'], /--keep goes with one run/],
    ['several runs onto one', ['--runs', '2', '--onto', '/tmp/kept'], /--onto goes with neither --break nor --runs/],
    ['an option that there is not', ['--sede', '7'], /--sede/],
  ])('refuses %s', (_, args, words) => {
    expect(() => readOptions(args)).toThrow(words);
  });

  it('takes the run of a break, and what is given over it', () => {
    const name = 'stop-without-waiting';
    expect(BREAKS[name]?.run).toBe('--seed 7 --seconds 30 --no-faults');
    expect(readOptions(['--break', name])).toMatchObject({ break: name, seed: '7', seconds: 30, only: [] });
    expect(readOptions(['--break', name, '--seconds', '40'])).toMatchObject({ seed: '7', seconds: 40, only: [] });
  });

  it('takes --old with and without a commit', () => {
    expect(readOptions(['--old', '--keep'])).toMatchObject({ old: '', keep: true });
    expect(readOptions(['--old', 'HEAD~1'])).toMatchObject({ old: 'HEAD~1' });
    expect(readOptions([]).old).toBeUndefined();
  });

  it.each([
    ['--seed 7'],
    ['--seed 7 --seconds 60 --only kill-worker,cut-worker-gateway --old --keep'],
    ['--seed 7 --messages 500 --rate 24 --busy --validity 90 --calm-every 0 --workers 3'],
    ['--break no-claim --seed 5'],
    ['--onto /tmp/kept --no-faults --seed 2'],
  ])('names the command that repeats %s', (line) => {
    const options = readOptions(line.split(' '));
    const [, again = ''] = commandOf(options).split('npm run chaos -- ');
    expect({ ...readOptions(again.split(' ')), log: options.log }).toEqual(options);
  });
});

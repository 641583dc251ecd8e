import { describe, expect, it } from 'vitest';
import { check } from '../checker/index.ts';
import { table, timeline } from '../checker/report.ts';
import { idOf, madeUp } from '../evidence.ts';
import { fault, of, submitAgain } from './forging.ts';

describe('the report', () => {
  it('has a line for each invariant, and the first breaches below it', () => {
    const evidence = madeUp(20);
    submitAgain(evidence, 'delivered', 700);
    const text = table(check(evidence));
    expect(text).toMatch(/^ledger +kept +20 messages/m);
    expect(text).toMatch(new RegExp(`^once +1 breach .*\\n +${idOf(0)}: the gateway took it 2 times`, 'm'));
    expect(table(check(madeUp(0)))).toMatch(/^after-stop +NOTHING SEEN +0 messages/m);
  });

  it('tells the story of a message in order, with the faults that were in force', () => {
    const evidence = madeUp(20);
    fault(evidence, 300, 5_200);
    const story = timeline(evidence, of(evidence, 'resent').id);
    const order = [
      'posts it',
      'accepted by api',
      'got 202',
      'attempt by worker',
      'a submit comes',
      'took it as',
      'outcome by worker',
      'a-fault begins',
      'resend by operator',
      'a submit comes',
      'took it as',
      'a-fault is over',
      'report delivered',
      'final by report',
    ];
    let place = 0;
    for (const words of order) {
      place = story.indexOf(words, place + 1);
      expect(place, `${words} in\n${story}`).toBeGreaterThan(0);
    }
    expect(story).not.toContain(idOf(3));
  });

  it('tells what is known of a message that is not in the books', () => {
    const evidence = madeUp(20);
    evidence.books.messages = [];
    expect(timeline(evidence, idOf(0))).toMatch(/not in the books\n.*posts it/);
  });
});

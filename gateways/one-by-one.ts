/** For wires that tell the status of one id in a request: what is asked is one message with one id. */
import type { Asked, PollAnswer, PollResult } from './gateway.ts';

export function idIn(asked: readonly Asked[]): string | undefined {
  return asked[0]?.ids[0]?.id;
}

/** The answer for that id; whatever else was asked is told nothing. */
export function answerOnly(asked: readonly Asked[], answer: PollAnswer): PollResult {
  const answers = asked.map(({ ids }, message) =>
    Array.from({ length: ids.length || 1 }, (_, n): PollAnswer => (message + n === 0 ? answer : { kind: 'nothing' })),
  );
  return { kind: 'read', answers };
}

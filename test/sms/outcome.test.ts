import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ERROR_CLASSES, type ErrorClass } from '../../sms/errors.ts';
import { type Attempt, type GatewayId, type Outcome, outcomeOf, type SendAnswer } from '../../sms/outcome.ts';

type ErrorAnswer = Extract<SendAnswer, { kind: 'error' }>;

/** What each named trouble comes to: by an answer that does not say "not taken", and by one that does. */
const TABLE: Record<ErrorClass, { bare: Outcome['kind']; notTaken: Outcome['kind'] }> = {
  auth: { bare: 'not-sent', notTaken: 'not-sent' },
  'no-balance': { bare: 'not-sent', notTaken: 'not-sent' },
  'rate-limited': { bare: 'not-sent', notTaken: 'not-sent' },
  temporary: { bare: 'uncertain', notTaken: 'not-sent' },
  'invalid-request': { bare: 'refused', notTaken: 'refused' },
  'invalid-recipient': { bare: 'refused', notTaken: 'refused' },
  'sender-not-allowed': { bare: 'refused', notTaken: 'refused' },
  blocked: { bare: 'refused', notTaken: 'refused' },
  unknown: { bare: 'uncertain', notTaken: 'refused' },
  // At the first attempt. After an uncertain one it is the proof of arrival: see below.
  duplicate: { bare: 'refused', notTaken: 'refused' },
};

const errorAnswer: fc.Arbitrary<ErrorAnswer> = fc.record(
  {
    kind: fc.constant('error' as const),
    class: fc.constantFrom(...ERROR_CLASSES),
    notTaken: fc.boolean(),
    code: fc.string({ minLength: 1 }),
    detail: fc.string({ minLength: 1 }),
    retryAfterS: fc.nat(),
    optOut: fc.boolean(),
  },
  { requiredKeys: ['kind', 'class', 'notTaken'] },
);
const ids: fc.Arbitrary<GatewayId[]> = fc.array(fc.record({ id: fc.string({ minLength: 1 }), part: fc.nat() }));
const answer: fc.Arbitrary<SendAnswer> = fc.oneof(
  errorAnswer,
  fc.record({ kind: fc.constant('accepted' as const), ids, parts: fc.nat() }, { requiredKeys: ['kind', 'ids'] }),
  fc.record({ kind: fc.constant('unreadable' as const), detail: fc.string() }),
  fc.constant({ kind: 'session-lost' as const }),
);
const attempt: fc.Arbitrary<Attempt> = fc.oneof(
  { weight: 4, arbitrary: answer.map((said): Attempt => ({ reach: 'answered', answer: said })) },
  fc.string().map((failure): Attempt => ({ reach: 'unwritten', failure })),
  fc.string().map((failure): Attempt => ({ reach: 'written', failure })),
);

function expectedKind(tried: Attempt, afterUncertain: boolean): Outcome['kind'] {
  if (tried.reach === 'unwritten') return 'not-sent';
  if (tried.reach === 'written') return 'uncertain';
  if (tried.answer.kind === 'accepted') return 'accepted';
  if (tried.answer.kind === 'unreadable') return 'uncertain';
  if (tried.answer.kind === 'session-lost') return 'not-sent';
  if (tried.answer.class === 'duplicate' && afterUncertain) return 'accepted';
  return TABLE[tried.answer.class][tried.answer.notTaken ? 'notTaken' : 'bare'];
}

describe('outcomeOf', () => {
  it('follows the table over every class, flag and reach', () => {
    for (const reach of ['unwritten', 'written'] as const) {
      for (const afterUncertain of [false, true]) {
        const tried: Attempt = { reach, failure: 'socket hang up' };
        expect(outcomeOf(tried, afterUncertain).kind).toBe(expectedKind(tried, afterUncertain));
      }
    }
    for (const errorClass of ERROR_CLASSES) {
      for (const [notTaken, afterUncertain] of [
        [false, false],
        [false, true],
        [true, false],
        [true, true],
      ] as const) {
        const tried: Attempt = { reach: 'answered', answer: { kind: 'error', class: errorClass, notTaken } };
        expect(outcomeOf(tried, afterUncertain).kind, `${errorClass} ${notTaken} ${afterUncertain}`).toBe(
          expectedKind(tried, afterUncertain),
        );
      }
    }
  });

  it('keeps its promises for every attempt', () => {
    fc.assert(
      fc.property(attempt, fc.boolean(), (tried, afterUncertain) => {
        const outcome = outcomeOf(tried, afterUncertain);
        expect(outcome.kind).toBe(expectedKind(tried, afterUncertain));

        // Doubt is never "not sent", and nothing but an answer or a duplicate is a success.
        const isCut = tried.reach === 'written';
        const isUnread = tried.reach === 'answered' && tried.answer.kind === 'unreadable';
        const isBare5xx =
          tried.reach === 'answered' &&
          tried.answer.kind === 'error' &&
          (tried.answer.class === 'temporary' || tried.answer.class === 'unknown') &&
          !tried.answer.notTaken;
        if (isCut || isUnread || isBare5xx) expect(outcome.kind).toBe('uncertain');
        if (tried.reach === 'unwritten') expect(outcome).toMatchObject({ class: 'temporary', holdSender: false });

        if (outcome.kind === 'not-sent') {
          expect(outcome.holdSender).toBe(outcome.class === 'auth' || outcome.class === 'no-balance');
        }
        if (outcome.kind === 'refused') {
          expect(outcome.alarm === undefined).toBe(outcome.class !== 'duplicate');
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('carries what the gateway said', () => {
    fc.assert(
      fc.property(errorAnswer, fc.boolean(), (said, afterUncertain) => {
        const outcome = outcomeOf({ reach: 'answered', answer: said }, afterUncertain);
        if (outcome.kind === 'accepted') {
          expect(outcome).toEqual({ kind: 'accepted', ids: [] });
          return;
        }
        expect(outcome.class).toBe(said.class);
        expect(outcome.code).toBe(said.code);
        if (said.detail !== undefined || outcome.kind !== 'uncertain') expect(outcome.detail).toBe(said.detail);
        else expect(outcome.detail).not.toBe('');
        if (outcome.kind === 'not-sent' && !outcome.holdSender) expect(outcome.retryAfterS).toBe(said.retryAfterS);
        if (outcome.kind === 'refused') {
          expect(outcome.optOut).toBe(said.class !== 'duplicate' && said.optOut === true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('hands over the ids of an accepted SMS as they are', () => {
    const accepted: SendAnswer = {
      kind: 'accepted',
      ids: [
        { id: '9007199254740993', part: 1 },
        { id: 'b', part: 2 },
      ],
      parts: 2,
    };
    for (const afterUncertain of [false, true]) {
      expect(outcomeOf({ reach: 'answered', answer: accepted }, afterUncertain)).toEqual(accepted);
    }
  });

  it('tells a request that was held up on our side from one that found no connection', () => {
    const failure = 'not written';
    expect(outcomeOf({ reach: 'unwritten', failure, late: true }, false)).toMatchObject({
      kind: 'not-sent',
      late: true,
    });
    expect(outcomeOf({ reach: 'unwritten', failure, late: false }, false)).not.toHaveProperty('late');
  });

  it('keeps the cause of a request that ended without an answer', () => {
    for (const reach of ['unwritten', 'written'] as const) {
      expect(outcomeOf({ reach, failure: 'ECONNRESET' }, false)).toMatchObject({ detail: 'ECONNRESET' });
    }
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digitsReference, int32Reference, textReference } from '../../gateways/reference.ts';

const INT32_MAX = 2n ** 31n - 1n;
const BIGINT_MAX = 2n ** 63n - 1n;

const number = fc.bigInt({ min: 1n, max: BIGINT_MAX });
const installation = fc.stringMatching(/^[a-z0-9]{4}$/);
const forms = [int32Reference, digitsReference, textReference];

describe('every form', () => {
  it('gives consecutive numbers different references', () => {
    const start = fc.oneof(
      fc.bigInt({ min: 1n, max: BIGINT_MAX - 1000n }),
      // about the places where the int32 form comes round
      fc
        .tuple(fc.bigInt({ min: 1n, max: 2n ** 31n }), fc.integer({ min: 1, max: 999 }))
        .map(([rounds, before]) => rounds * INT32_MAX - BigInt(before)),
    );
    fc.assert(
      fc.property(start, installation, (first, mark) => {
        for (const form of forms) {
          const seen = new Set<string>();
          for (let i = 0n; i < 1000n; i++) seen.add(form({ number: first + i, installation: mark }));
          expect(seen.size).toBe(1000);
        }
      }),
    );
  });

  it('is the same at every attempt', () => {
    fc.assert(
      fc.property(number, installation, (value, mark) => {
        for (const form of forms) {
          expect(form({ number: value, installation: mark })).toBe(form({ number: value, installation: mark }));
        }
      }),
    );
  });
});

describe('int32Reference', () => {
  const of = (value: bigint) => int32Reference({ number: value, installation: 'ab12' });

  it('stays within 1 … 2147483647', () => {
    fc.assert(
      fc.property(number, (value) => {
        expect(of(value)).toMatch(/^[1-9][0-9]*$/);
        expect(BigInt(of(value))).toBeLessThanOrEqual(INT32_MAX);
      }),
    );
    expect(of(1n)).toBe('1');
    expect(of(INT32_MAX)).toBe('2147483647');
    expect(of(INT32_MAX + 1n)).toBe('1');
    expect(of(BIGINT_MAX)).toMatch(/^[1-9][0-9]{0,9}$/);
  });

  it('repeats only after a whole round', () => {
    const apart = fc.bigInt({ min: 1n, max: INT32_MAX - 1n });
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: BIGINT_MAX - INT32_MAX }), apart, (value, distance) => {
        expect(of(value + distance)).not.toBe(of(value));
        expect(of(value + INT32_MAX)).toBe(of(value));
      }),
    );
  });
});

describe('digitsReference', () => {
  it('is the number itself, of at most 19 digits', () => {
    fc.assert(
      fc.property(number, (value) => {
        const reference = digitsReference({ number: value, installation: 'ab12' });
        expect(reference).toMatch(/^[1-9][0-9]{0,18}$/);
        expect(BigInt(reference)).toBe(value);
      }),
    );
    expect(digitsReference({ number: BIGINT_MAX, installation: 'ab12' })).toBe('9223372036854775807');
  });
});

describe('textReference', () => {
  it('has at most 18 characters that every wire takes', () => {
    fc.assert(
      fc.property(number, installation, (value, mark) => {
        expect(textReference({ number: value, installation: mark })).toMatch(/^[a-z0-9]{4}-[a-z0-9]{1,13}$/);
      }),
    );
    expect(textReference({ number: BIGINT_MAX, installation: 'ab12' })).toHaveLength(18);
    expect(textReference({ number: 1n, installation: 'ab12' })).toBe('ab12-1');
  });

  it('differs where the number or the installation differs', () => {
    const reference = fc.record({ number, installation });
    fc.assert(
      fc.property(reference, reference, (one, other) => {
        const isSame = one.number === other.number && one.installation === other.installation;
        expect(textReference(one) === textReference(other)).toBe(isSame);
      }),
    );
  });
});

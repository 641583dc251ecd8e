import { expect, it } from 'vitest';
import { ANSWER_MS, LEASE_MS } from '../../db/claims.ts';
import { settingsSchema } from '../../runtime/settings.ts';
import { SHUTDOWN_GRACE_MS } from '../../workers/grace.ts';

it('a stopping worker gives a submit the time that its claim has, and a claim that of the longest HTTP call', () => {
  expect(SHUTDOWN_GRACE_MS).toBeGreaterThan(LEASE_MS + ANSWER_MS);
  const isAllowed = (ms: number) => settingsSchema.shape.HTTP_TIMEOUT_MS.safeParse(String(ms)).success;
  expect([isAllowed(10_000), isAllowed(ANSWER_MS), isAllowed(ANSWER_MS - 2_000)]).toEqual([true, false, false]);
});

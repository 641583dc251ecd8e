import type { Gateway, Traits } from './gateway.ts';

/**
 * Submits per second of a sender that is made without a limit; null: as many as may be.
 * @param set by the operator of this installation, by the gateway's name
 */
export function defaultRateLimit(
  gateway: Pick<Gateway, 'name'>,
  traits: Traits,
  set: Readonly<Record<string, number>>,
): number | null {
  return set[gateway.name] ?? traits.rateLimit ?? null;
}

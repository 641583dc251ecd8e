/**
 * What is left of a message's validity, fitted to what the wire can say. Rounded down, so that a gateway does not
 * deliver what we have given up; below the wire's least, the least.
 */
export function fitValidity(validityS: number, bounds: { minS: number; maxS: number; stepS: number }): number {
  const { minS, maxS, stepS } = bounds;
  return Math.max(minS, Math.floor(Math.min(validityS, maxS) / stepS) * stepS);
}

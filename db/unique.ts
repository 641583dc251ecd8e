/** Something of this name is there already (Postgres' 23505), as the driver or Drizzle throws it. */
export function isUniqueViolation(err: unknown): boolean {
  if (!(err instanceof Error)) return false;
  return ('code' in err && err.code === '23505') || isUniqueViolation(err.cause);
}

/** Postgres cannot be reached, is going away or coming up, or has no room for now: the same request may work later. */
export function isPostgresAway(err: unknown): boolean {
  if (!(err instanceof Error)) return false;
  if ('code' in err && typeof err.code === 'string' && AWAY.test(err.code)) return true;
  return isPostgresAway(err.cause);
}

const AWAY =
  /^(ECONN(REFUSED|RESET)|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|CONNECT_TIMEOUT|CONNECTION_(CLOSED|ENDED|DESTROYED)|08...|53...|57...|40001|40P01)$/;

/**
 * How long what a worker is at may go on after SIGTERM, in milliseconds. Longer than a submit: its slot, its lease, the HTTP
 * call and the record. What takes longer is cut by the limit of an attempt, which is as long, and resolved by the books.
 */
export const SHUTDOWN_GRACE_MS = 20_000;

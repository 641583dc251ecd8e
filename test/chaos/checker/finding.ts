/** What one invariant found. */
export interface Finding {
  /** How many there were of what it is about. 0: it has not been checked. */
  looked: number;
  /** The same in words, with what else was counted. */
  checked: string;
  breaches: { what: string; messageId?: string }[];
}

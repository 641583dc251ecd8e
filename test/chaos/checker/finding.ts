/** What one invariant found. `checked` begins with a number: 0 where there was nothing to look at. */
export interface Finding {
  checked: string;
  breaches: { what: string; messageId?: string }[];
}

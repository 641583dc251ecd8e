export const SECRET = 'hush-hush-4711';

/** What test/gateways/all.test.ts needs of each gateway. */
export interface Sample {
  /** One whole set of settings, every secret in it SECRET. */
  settings: Record<string, unknown>;
  /** Names of the settings that hold an address; `url` unless told. */
  addresses?: readonly string[];
  /** An answer to a send that is a success. */
  success: string;
  /** Its HTTP status, where that is not 200. */
  successStatus?: number;
  /** The answer ends without a mark, so that a part of it may be one as well; HTTP alone tells that it was cut. */
  successHasNoEnd?: boolean;
  /** What garbage may hold by rare chance, so that it is an answer after all. */
  answerMark?: RegExp;
  /** The gateway's own 503 says "under way", so that Retry-After does not make it a "not taken". */
  unavailableIsUncertain?: boolean;
  /** The wire wants the login in the address. */
  secretInAddress?: boolean;
  /** Bodies in the wire's own forms, of any kind: read with each of their values replaced by others. */
  shapes: readonly unknown[];
}

import type { ErrorClass } from './errors.ts';
import type { ReportedStatus } from './status.ts';

/** One status that a gateway told, by report (DLR) or by poll. */
export interface StatusReport {
  /** The id that the gateway gave, or our reference in the form that it was sent in (where that is the id). */
  gatewayId: string;
  /** E.164 with the plus; needed where the id alone is not unique in the account. */
  phone?: string;
  status: ReportedStatus;
  /** The gateway's own word and code, for the timeline. */
  raw: string;
  errorClass?: ErrorClass;
  errorCode?: string;
  detail?: string;
  /** When it happened by the gateway's clock, ISO 8601; absent where its time zone is not known. */
  at?: string;
  /** The recipient opted out at the gateway or operator: the phone goes onto the suppress lists. */
  optOut?: boolean;
}

/** What the workflow worker runs. */
export { deliverSms } from './deliver-sms.ts';
export { housekeeping } from './housekeeping.ts';
export { inbound } from './inbound.ts';

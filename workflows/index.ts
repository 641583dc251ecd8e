/** What the workflow worker runs. */
export { deliverSms } from './deliver-sms.ts';
export { housekeeping } from './housekeeping.ts';
export { inbound } from './inbound.ts';
export { senderTest } from './sender-test.ts';

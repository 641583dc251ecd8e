import { FORM_AND_XML } from '../profiles.ts';
import { type Sample, SECRET } from './sample.ts';

export const sample: Sample = {
  settings: { url: 'http://127.0.0.1:7004/acme', login: 'us', password: SECRET, profile: FORM_AND_XML },
  success:
    '<?xml version="1.0" encoding="utf-8"?><response><code>200</code><text>OK</text>' +
    '<payload><id>5120001234</id></payload></response>',
  answerMark: /<response>/,
  shapes: [
    '<response><code>406</code><text>No</text></response>',
    'msgType=SMS&transactionId=5120001234&status=5&unifiedExtStatus=8',
    'clientId=79995550142&message=STOP&shortNumber=0000&messageId=88001',
  ],
};

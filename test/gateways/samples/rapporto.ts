import { type Sample, SECRET } from './sample.ts';

export const sample: Sample = {
  settings: { url: 'http://127.0.0.1:7011/acme_sms', login: 'acme_sms', password: SECRET, hookSecret: SECRET },
  success:
    '<?xml version="1.0" encoding="utf-8"?>\n' +
    '<response><code>200</code><text>OK</text><payload><id>5120001234</id></payload></response>',
  answerMark: /^\s*(ok\s+)?\d+\s*$/i,
  unavailableIsUncertain: true,
  shapes: [
    'OK\n5120001234',
    '<response><code>402</code><text>No messages left</text></response>',
    'transactionId=5120001234&status=5&unifiedExtStatus=8&partnerMsgId=a',
    'clientId=79995550142&message=STOP&shortNumber=0000&messageId=88001&hash=x',
  ],
};

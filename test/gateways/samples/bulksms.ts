import { type Sample, SECRET } from './sample.ts';

const MESSAGE = {
  id: '1491381497934900001',
  type: 'SENT',
  from: 'ACME',
  to: '79995550142',
  body: 'x',
  submission: { id: '1-00000000002073100001', date: '2025-04-08T10:17:37Z' },
  status: { id: 'ACCEPTED.null', type: 'ACCEPTED', subtype: null },
  userSuppliedId: null,
  numberOfParts: null,
};

export const sample: Sample = {
  settings: { url: 'http://127.0.0.1:7004/v1', login: 'us', password: SECRET },
  success: JSON.stringify([MESSAGE]),
  successStatus: 201,
  answerMark: /"(id|type)"/i,
  shapes: [
    [MESSAGE],
    MESSAGE,
    [{ ...MESSAGE, id: '5', status: { id: 'FAILED.BLOCKED', type: 'FAILED', subtype: 'BLOCKED' } }],
    [{ ...MESSAGE, type: 'RECEIVED', from: '79995550142', to: '27600000001', body: 'STOP' }],
    { type: 'https://developer.bulksms.com/json/v1/errors#bad-request', title: 'x', status: 400, detail: 'x' },
    { credits: { balance: 152.75 } },
  ],
};

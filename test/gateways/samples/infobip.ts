import { type Sample, SECRET } from './sample.ts';

export const sample: Sample = {
  settings: { url: 'http://127.0.0.1:7001/infobip', apiKey: SECRET, hookLogin: 'us', hookPassword: SECRET },
  success:
    '{"messages":[{"messageId":"x","to":"79995550142","smsCount":1,"status":{"groupId":1,"id":26,"name":"PENDING"}}]}',
  shapes: [
    {
      results: [{ messageId: 'a', to: '79995550142', status: { id: 4, groupId: 2 }, error: { id: 6 }, doneAt: 'x' }],
    },
    { results: [{ messageId: 'a', from: '79995550142', text: 'STOP', keyword: 'STOP', receivedAt: 'x' }] },
    { requestError: { serviceException: { messageId: 'x', text: 'x', validationErrors: { to: ['x'] } } } },
    { errorCode: 'E400', violations: [{ property: 'to' }] },
    { balance: 5, currency: 'EUR' },
  ],
};

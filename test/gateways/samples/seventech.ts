import { type Sample, SECRET } from './sample.ts';

export const sample: Sample = {
  settings: { url: 'http://127.0.0.1:7016', login: 'us', password: SECRET },
  success: '{"txId":"6ad0c1f2-0b9e-4b57-9c21-1f2e33a0c7aa","state":"ACCEPTED"}',
  shapes: [
    { txId: 'a', clientRequestId: 'b', state: 'DELIVERED' },
    [{ txId: 5, state: 'SEEN' }],
    'clientId=79995550142&message=STOP&shortNumber=1234&id=5',
  ],
};

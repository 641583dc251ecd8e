import { type Sample, SECRET } from './sample.ts';

/** The least that a profile may be. */
export const sample: Sample = {
  settings: {
    url: 'http://127.0.0.1:7004',
    token: SECRET,
    hookSecret: SECRET,
    profile: {
      send: {
        url: '{{url}}/send',
        auth: 'bearer',
        body: { type: 'json', value: { to: { $number: '{{phone}}' }, text: '{{text}}', from: '{{callerId}}' } },
      },
      sendAnswer: { format: 'json', success: [{ value: 'ok', equals: 'true' }], id: 'id' },
      reports: {
        format: 'json',
        secret: { header: 'x-secret' },
        id: 'id',
        state: 'state',
        states: { done: 'delivered' },
      },
    },
  },
  success: '{"ok":true,"id":"42"}',
  shapes: [{ id: '42', state: 'done' }],
};

import { JSON_AND_LISTS } from '../profiles.ts';
import { type Sample, SECRET } from './sample.ts';

export const sample: Sample = {
  settings: { url: 'http://127.0.0.1:7004/v1', login: 'us', password: SECRET, profile: JSON_AND_LISTS },
  success: '[{"id":"1491381497934900001","type":"SENT","status":{"id":"ACCEPTED.null","type":"ACCEPTED"}}]',
  successStatus: 201,
  shapes: [
    [{ id: '1', type: 'SENT', to: '79995550142', status: { id: 'DELIVERED.null', type: 'DELIVERED', subtype: null } }],
    [{ id: '1', type: 'RECEIVED', from: '79995550142', to: '79990000001', body: 'STOP' }],
    { title: 'Bad Request', detail: 'x', status: 400 },
  ],
};

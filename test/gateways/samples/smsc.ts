import { type Sample, SECRET } from './sample.ts';

export const sample: Sample = {
  settings: { url: 'http://127.0.0.1:7002', login: 'us', password: SECRET, hookSecret: SECRET },
  success: '{"id":231826,"cnt":1}',
  shapes: [
    [{ id: 5, phone: '79995550142', status: 1, err: 0, type: 0, ts: 1 }],
    [{ id: 5, phone: '79995550142', to_phone: '79990000001', message: 'STOP', sent: '05.03.2024 11:00:00' }],
    { error: 'x', error_code: 9 },
    { balance: 5, currency: 'EUR' },
  ],
};

import { type Sample, SECRET } from './sample.ts';

export const sample: Sample = {
  settings: {
    url: 'http://127.0.0.1:7003/broker-api',
    login: 'us',
    password: SECRET,
    hookLogin: 'us',
    hookPassword: SECRET,
  },
  success: 'Request is received',
  shapes: [
    { messages: [{ 'message-id': 'a', status: 'Delivered', 'status-date': 'x', description: 'x' }] },
    { 'error-code': 102, 'error-description': 'x' },
  ],
};

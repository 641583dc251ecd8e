import { type Sample, SECRET } from './sample.ts';

export const sample: Sample = {
  settings: { baseUrl: 'http://127.0.0.1:7008/acme/connector0', login: 'us', password: SECRET },
  addresses: ['baseUrl', 'sendUrl', 'statusUrl'],
  success: 'ok;231826;500000001',
  successHasNoEnd: true,
  answerMark: /^\s*(ok\s*;|error-)/im,
  shapes: [
    'ok;a;delivered;2024-03-05 10:15:00;',
    'ok;5;failed;2024-03-05 10:15:00;error-address-unknown',
    'error-client-id-not-unique;231826;500000001',
    'error-provider-id-unknown;5;;;',
  ],
};

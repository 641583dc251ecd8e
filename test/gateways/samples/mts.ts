import { type Sample, SECRET } from './sample.ts';

export const sample: Sample = {
  settings: {
    url: 'http://127.0.0.1:7007/mts',
    login: 'gw_us',
    password: SECRET,
    token: SECRET,
    inboundPhoneField: 'from',
    inboundTextField: 'text',
    inboundIdField: 'id',
  },
  success: '{"messages":[{"internal_id":"b7b1c0de-0000-4000-8000-00000000aaaa","msisdn":"79995550142"}]}',
  answerMark: /"(internal.?id|code)"/i,
  shapes: [
    { code: 1001, message: 'x' },
    {
      events_info: [
        {
          key: 'a',
          events_info: [{ status: 201, event_at: '2024-03-05T10:15:01', internal_errors: [5], total_parts: 1 }],
        },
        { key: 'w7f3-4yvm', events_info: [] },
      ],
    },
    { data: { submitResults: [{ msid: '79995550142', code: 'OK', messageID: 700000001 }] } },
    { fault: { code: 900901, description: 'x' } },
    { balance: 1234.5 },
    { callbacks: [{ from: '79995550142', text: 'STOP', id: 5 }] },
    'from=79995550142&text=STOP&id=5',
  ],
};

import { type Sample, SECRET } from './sample.ts';

export const sample: Sample = {
  settings: { url: 'http://127.0.0.1:7005/rest', login: 'us', password: SECRET },
  success: '["372900118"]',
  answerMark: /^\s*\[\s*"?\s*\d|"code"|"desc"/im,
  shapes: [
    ['372900118'],
    { Code: 2, Desc: 'Flood SMS' },
    [{ Code: 2, Desc: 'x' }],
    { State: 0, StateDescription: 'x', ReportedDateUtc: '/Date(1718870405000)/', Price: 3.2 },
    [
      {
        Prefix: '',
        Data: 'STOP',
        SourceAdress: '79995550142',
        DestanationAdress: '3443',
        CreatedDateUTC: '/Date(1718870405000)/',
      },
    ],
    '<?xml version="1.0"?><request><state id_sms="5" time="2024-06-20 12:40:05">deliver</state></request>',
  ],
};

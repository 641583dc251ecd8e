import { type Sample, SECRET } from './sample.ts';

/** Of REST v2, which can more; test/gateways/devino-online.test.ts holds the same properties for the other API. */
export const sample: Sample = {
  settings: { api: 'rest2', url: 'http://127.0.0.1:7005/rest/v2', login: 'us', password: SECRET },
  success: '["612000000000000001","612000000000000002"]',
  answerMark: /\d{6}|"code"/i,
  shapes: [
    ['612000000000000001'],
    { Code: 5, Desc: 'x' },
    { State: 0, ReportedDateUtc: '/Date(1709543444000)/', StateDescription: 'x', Price: 2.35 },
    [{ Data: 'STOP', SourceAddress: '79995550142', DestinationAddress: '2420', ID: 5, CreatedDateUtc: '/Date(1)/' }],
    'sourcePhone=79995550142&number=2420&prefix=&text=STOP&messageId=400017',
    [{ id: 5, address: '79995550142', content: 'STOP' }],
    512.4,
  ],
};

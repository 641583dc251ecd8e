import { type Sample, SECRET } from './sample.ts';

export const sample: Sample = {
  settings: { url: 'http://127.0.0.1:7015/', login: 'us', password: SECRET },
  secretInAddress: true,
  success:
    '{"serial_id":"81044","error_num":"0","message_id":"550017342",' +
    '"message_destination":"79995550142","message_parts":"1"}',
  answerMark: /error.?num/i,
  shapes: [
    { serial_id: 81044, error_num: 0, message_id: 'a', deliver_status: 'UNDELIV', error_code: '12' },
    { serial_id: '', error_num: '7', message_id: '' },
    'x<br>serial_id=81044<br>error_num=0<br>message_id=550017342<br>message_destination=79995550142<br>message_parts=1',
    'x<br>serial_id=81044<br>error_num=0<br>message_id=a<br>deliver_status=DELIVERED<br>error_code=0',
  ],
};

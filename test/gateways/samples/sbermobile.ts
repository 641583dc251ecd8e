import { GET_AND_TEXT } from '../profiles.ts';
import { type Sample, SECRET } from './sample.ts';

export const sample: Sample = {
  settings: { url: 'http://127.0.0.1:7004/x', login: 'us', password: SECRET, profile: GET_AND_TEXT },
  success: '1<br>serial_id=81044<br>error_num=0<br>message_id=550017342<br>message_parts=1',
  secretInAddress: true,
  shapes: ['1<br>error_num=12', '1<br>message_id=5<br>deliver_status=DELIVERED<br>error_code=0'],
};

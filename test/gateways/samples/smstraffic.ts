import { type Sample, SECRET } from './sample.ts';

const reply = (inner: string) => `<?xml version="1.0"?>\n<reply>${inner}</reply>`;

export const sample: Sample = {
  settings: {
    url: 'http://127.0.0.1:7005/multi.php',
    reserveUrl: 'http://127.0.0.1:7005/reserve/multi.php',
    login: 'us',
    password: SECRET,
    inboundService: 'short-code',
    hookSecret: SECRET,
  },
  success: reply(
    '<result>OK</result><code>0</code><description>queued 1 messages</description><message_infos><message_info>' +
      '<phone>79995550142</phone><sms_id>60011223344</sms_id></message_info></message_infos>',
  ),
  shapes: [
    reply('<result>ERROR</result><code>411</code><description>x</description>'),
    reply('<sms><status>Delivered</status><sms_id>5</sms_id></sms><sms><error>no</error><sms_id>a</sms_id></sms>'),
    reply('<msg-infos><msg-info><id>5</id><status>READ</status></msg-info></msg-infos>'),
    reply('<messages><message><from_phone>79995550177</from_phone><text>STOP</text></message></messages>'),
    reply('<account>1500</account>'),
    'sms_id=5&status=Delivered&delivery_date=2024-03-05+10%3A17%3A00',
    `phone=79995550177&message=%D1%D2%CE%CF&sms_id=6&shortcode=1234&password=${SECRET}`,
  ],
};

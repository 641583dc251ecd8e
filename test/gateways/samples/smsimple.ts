import { type Sample, SECRET } from './sample.ts';

const answerOf = (result: string, info = '<string></string>') =>
  '<?xml version="1.0"?><methodResponse><params><param><value><struct>' +
  `<member><name>result</name><value>${result}</value></member><member><name>info</name><value>${info}</value></member>` +
  '</struct></value></param></params></methodResponse>';

export const sample: Sample = {
  settings: { url: 'http://127.0.0.1:7004', login: 'us', password: SECRET },
  success: answerOf('<int>46370001</int>'),
  shapes: [
    answerOf('<struct><member><name>session_id</name><value><string>5f1c9a</string></value></member></struct>'),
    answerOf(
      '<struct><member><name>sms_id</name><value><int>5</int></value></member><member><name>sms_count</name>' +
        '<value><int>1</int></value></member><member><name>sms_delivered</name><value><int>1</int></value></member></struct>',
    ),
    answerOf('<double>512.4</double>'),
    answerOf('<array><data><value><int>5</int></value></data></array>', '<string>x</string>'),
    '<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>4</int></value></member>' +
      '<member><name>faultString</name><value>x</value></member></struct></value></fault></methodResponse>',
  ],
};

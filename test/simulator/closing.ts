/** Started by process.test.ts: makes everything that could keep a process alive, closes, and must then end by itself. */
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { startSimulator } from '../../local/simulator/server.ts';

const deaf = http.createServer(() => undefined).listen(0, '127.0.0.1');
await new Promise((resolve) => deaf.once('listening', resolve));
const hook = `http://127.0.0.1:${(deaf.address() as AddressInfo).port}/hook`;
const simulator = await startSimulator({ reportDelayMs: 60_000, minuteMs: 60_000 });

const control = (path: string, body: unknown) =>
  http
    .request(`${simulator.url}/_control/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' } })
    .end(JSON.stringify(body));

/** A client that keeps its end open. Its sockets end when the other end does. */
function submit(phone: string, key = 'k') {
  const body = JSON.stringify({ messages: [{ destinations: [{ to: phone }], content: { text: 'Hi' } }] });
  const socket = net.connect(simulator.port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(
    `POST /infobip/sms/3/messages HTTP/1.1\r\nhost: t\r\nauthorization: App ${key}\r\ncontent-type: application/json\r\n` +
      `content-length: ${body.length}\r\n\r\n${body}`,
  );
}

control('accounts', { wire: 'infobip', login: 'k', hooks: { reports: hook, inbound: 'http://127.0.0.1:1/' } });
control('accounts', { wire: 'infobip', login: 'slow', answerDelayMs: 60_000 });
await new Promise((resolve) => setTimeout(resolve, 300));
// Planned reports, silence, drip, a slow answer, a giant answer that nobody reads, a report before the answer.
for (const digits of ['101', '933', '941', '938', '942', '907']) submit(`79995550${digits}`);
submit('79995550101', 'slow');
// A webhook call that is not answered, one that waits for its repeat, a request that is never finished.
control('report', { wire: 'infobip', login: 'k', id: '1', status: 'delivered' });
control('inbound', { wire: 'infobip', login: 'k', from: '79995550101', text: 'Hi' });
net
  .connect(simulator.port, '127.0.0.1')
  .on('error', () => undefined)
  .write('POST /infobip/sms/3/messages HTTP/1.1\r\n');
await new Promise((resolve) => setTimeout(resolve, 800));

await simulator.close();
deaf.close();
deaf.closeAllConnections();
process.stdout.write('closed\n');

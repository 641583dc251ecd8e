/**
 * A process that can be stopped. It claims (prints a line), waits, calls, and prints what came of it; then it closes
 * and must end by itself.
 */
import { createHttp } from '../../activities/http.ts';

const [url = '', leaseMs = '', waitMs = ''] = process.argv.slice(2);
const http = createHttp({ networks: ['127.0.0.1'] });
const claimed = performance.now();
process.stdout.write('claimed\n');
const result = await http.call(
  'sender',
  { method: 'POST', url, headers: {}, body: 'one SMS' },
  { deadline: claimed + Number(leaseMs), notBefore: claimed + Number(waitMs) },
);
await http.close();
process.stdout.write(`${JSON.stringify(result)}\n`);

/** How fast delivery reports are taken, and take effect, for messages that were sent before. */
import { request } from 'undici';
import type { Sender } from '../db/senders.ts';
import { Accounts } from '../local/simulator/accounts.ts';
import type { HookCall } from '../local/simulator/model.ts';
import { reportCallsOf } from '../local/simulator/wires/infobip-reports.ts';
import { deliveryWorkflowId } from '../sms/names.ts';
import { fillQueue, reaches } from './backlog.ts';
import { workflowsEnded } from './finals.ts';
import { meanHistory } from './histories.ts';
import { inFlight, type Load, type Measured } from './load.ts';
import { metered } from './meter.ts';
import { magicPhone } from './phones.ts';
import { addInfobip } from './senders.ts';
import { spread } from './spread.ts';
import type { Product } from './system.ts';

const SENDER = 'bench-webhook';
/** The simulator says nothing more of these by itself. */
const NEVER_FINAL = 905;
/** Nothing is polled meanwhile. */
const AWAIT_DELIVERY_S = 24 * 3600;

/** As many calls at once as messages are under way elsewhere, with one report each. */
export async function webhook(product: Product, { n, concurrency, warmUp }: Load): Promise<Measured> {
  const sender = await addInfobip(product, SENDER, { awaitDeliveryS: AWAIT_DELIVERY_S });
  await fillQueue(product, sender, warmUp + n, (index) => magicPhone('+7999', index, NEVER_FINAL));
  await reaches(() => countOf(product, sender, 'sent'), warmUp + n, 'messages sent');
  const sent = await sentOf(product, sender);
  const calls = reportsOf(product, sender, sent);
  await inFlight(warmUp, concurrency, (index) => tell(calls[index]));
  await reaches(() => countOf(product, sender, 'delivered'), warmUp, 'messages delivered');

  const { result, costs } = await metered(product, n, async () => {
    const startedAt = Date.now();
    const ms = await inFlight(n, concurrency, (index) => tell(calls[warmUp + index]));
    await reaches(() => countOf(product, sender, 'delivered'), warmUp + n, 'messages delivered');
    await workflowsEnded(product);
    return { startedAt, ms };
  });
  const lastFinalAt = await lastFinalOf(product, sender);
  const workflowIds = sent.slice(warmUp).map(({ messageId }) => deliveryWorkflowId(messageId));
  return {
    perSecond: (n * 1000) / (lastFinalAt - result.startedAt),
    ms: spread(result.ms),
    ...costs,
    ...(await meanHistory(product.client, workflowIds)),
  };
}

interface Sent {
  messageId: string;
  gatewayId: string;
  phone: string;
}

async function sentOf({ books }: Product, { id }: Sender): Promise<Sent[]> {
  return await books.look(
    (sql) => sql<Sent[]>`
      SELECT m.id AS message_id, g.gateway_id, m.phone FROM messages m JOIN gateway_messages g ON g.message_id = m.id
      WHERE m.sender_id = ${id} ORDER BY m.id`,
  );
}

/** As the simulated gateway would tell them. */
function reportsOf({ apiUrl }: Product, { name, hookToken }: Sender, sent: readonly Sent[]): HookCall[] {
  const account = new Accounts().set('infobip', name, { hooks: { reports: `${apiUrl}/hooks/${hookToken}` } });
  const at = Date.now();
  const common = { n: 0, wire: 'infobip', login: name, acceptedAt: at, statusAt: at, text: '', parts: 1, echo: {} };
  return sent.flatMap(({ gatewayId, phone }) => {
    const sms = { ...common, id: gatewayId, phone: phone.slice(1), status: 'delivered' as const };
    return reportCallsOf([{ sms, status: 'delivered', at }], account);
  });
}

/** @returns how long the answer took, in milliseconds */
async function tell(call: HookCall | undefined): Promise<number> {
  if (!call) throw new Error('a message has no id at the gateway');
  const begun = performance.now();
  const { statusCode, body } = await request(call.url, { method: 'POST', headers: call.headers, body: call.body });
  const text = await body.text();
  if (statusCode >= 300) throw new Error(`the webhook answered ${statusCode}: ${text.slice(0, 500)}`);
  return performance.now() - begun;
}

async function countOf({ books }: Product, { id }: Sender, status: string): Promise<number> {
  const [row] = await books.look(
    (sql) => sql`SELECT count(*)::int AS n FROM messages WHERE sender_id = ${id} AND status = ${status}`,
  );
  return Number(row?.n);
}

async function lastFinalOf({ books }: Product, { id }: Sender): Promise<number> {
  const [row] = await books.look(
    (sql) => sql<{ at: Date }[]>`SELECT max(final_at) AS at FROM messages WHERE sender_id = ${id}`,
  );
  return row?.at.getTime() ?? Number.NaN;
}

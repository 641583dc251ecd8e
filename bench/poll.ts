/** No report comes: the status is asked for. */
import { type DeliverResult, deliver } from './deliver.ts';
import type { Load } from './load.ts';
import { magicPhone } from './phones.ts';
import { addInfobip } from './senders.ts';
import type { Product } from './system.ts';

const SENDER = 'bench-poll';
/** No report, and a poll says delivered. */
const NO_REPORT = 904;
const AWAIT_DELIVERY_S = 1;
/** Each message waits for a second first: so many more of them are under way, lest that wait be what is measured. */
const MORE_AT_ONCE = 16;

export async function poll(product: Product, load: Load): Promise<DeliverResult> {
  await addInfobip(product, SENDER, { awaitDeliveryS: AWAIT_DELIVERY_S });
  const concurrency = Math.min(load.n, load.concurrency * MORE_AT_ONCE);
  const to = (index: number) => magicPhone('+7999', index, NO_REPORT);
  return await deliver(product, { ...load, concurrency }, { sender: SENDER, to });
}

/** Takes down what the simulator's book and the fault proxies have seen, before they forget it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallEntry, RequestEntry } from '../../local/simulator/book.ts';
import type { Control } from './control.ts';
import type { LateSms } from './faults/fault.ts';
import type { Arrival, Proxies } from './model.ts';

/** Without what nobody asks about, such as the many status polls: requests with SMS, arrivals with marks. */
export interface Seen {
  arrivals: Arrival[];
  requests: RequestEntry[];
  calls: CallEntry[];
}

export interface Witness {
  readonly seen: Seen;
  /** SMS that gateways have taken, the newest last. */
  lately(): LateSms[];
  /** Takes down the rest. */
  end(): Promise<void>;
}

const EVERY_MS = 1_000;
const LATELY = 500;

export function startWitness(proxies: Proxies, control: Control, onError: (error: unknown) => void): Witness {
  const seen: Seen = { arrivals: [], requests: [], calls: [] };
  let place = 0;
  let ending = false;

  async function look(): Promise<void> {
    const book = await control.get<Pick<Seen, 'requests' | 'calls'>>(`book?since=${place}`);
    place = Math.max(place, book.requests.at(-1)?.n ?? 0, book.calls.at(-1)?.n ?? 0);
    for (const request of book.requests) if (request.sms.length > 0) seen.requests.push(request);
    for (const call of book.calls) seen.calls.push(call);
    for (const arrival of await proxies.arrivals()) if (arrival.marks.length > 0) seen.arrivals.push(arrival);
  }

  const run = async () => {
    while (!ending) {
      await look();
      await sleep(EVERY_MS);
    }
  };
  const running = run().catch(onError);
  return {
    seen,
    lately: () => seen.requests.slice(-LATELY).flatMap(takenOf),
    async end() {
      ending = true;
      await running;
      await look();
    },
  };
}

function takenOf({ wire, login = '', sms, outcome }: RequestEntry): LateSms[] {
  if (outcome !== 'accepted') return [];
  return sms.filter(({ refusal }) => !refusal).map(({ id, phone }) => ({ wire, login, id, phone }));
}

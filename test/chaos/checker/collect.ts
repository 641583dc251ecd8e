/** Brings together what a run has left behind: in Postgres, at the simulated gateways, in Temporal and in the logs. */
import type { Handset } from '../../../local/simulator/book.ts';
import { createControl } from '../control.ts';
import type { Evidence, Parts } from '../model.ts';
import { readBooks } from './books.ts';
import { readLogs } from './logs.ts';
import { readTemporal } from './temporal.ts';

export interface CollectOptions {
  /** Chooses the histories that are replayed. */
  seed?: string | number;
  /** Of the workflows of today, ready made: bundled anew unless given. */
  workflowBundle?: { codePath: string };
  /** Most histories that are replayed: 100 unless given, and one in two hundred of many messages up to 500. */
  histories?: number;
  /** For so long workflows may still come to their end after their messages: 20,000 ms unless given. */
  settleMs?: number;
}

/** What the run itself has written down; of the simulator's SMS and texts those of the run from which it goes on. */
export type Run = Pick<Evidence, 'senders' | 'accounts' | 'journal' | 'arrivals' | 'simulator'>;

/**
 * To be called with all parts up, when nothing is under way any more.
 * @throws where a part does not answer, and where the simulator has forgotten SMS
 */
export async function collect(parts: CollectedParts, run: Run, options: CollectOptions = {}): Promise<Evidence> {
  const { seed = 1, settleMs = 20_000, workflowBundle } = options;
  const handsets = await readHandsets(parts.simulatorUrl);
  const books = await readBooks(parts.databaseUrl);
  const { histories = historiesOf(books.messages.length) } = options;
  const temporal = await readTemporal(parts.temporalAddress, books, { seed, histories, settleMs, workflowBundle });
  return {
    senders: run.senders,
    accounts: run.accounts,
    journal: run.journal,
    arrivals: run.arrivals,
    simulator: {
      ...run.simulator,
      taken: [...run.simulator.taken, ...handsets.flatMap(({ sms }) => sms)],
      texts: [...run.simulator.texts, ...handsets.flatMap(({ inbound }) => inbound)],
    },
    books,
    temporal,
    logs: await readLogs(parts),
  };
}

export type CollectedParts = Pick<Parts, 'databaseUrl' | 'temporalAddress' | 'simulatorUrl' | 'names' | 'logFiles'>;

const historiesOf = (messages: number) => Math.min(500, Math.max(100, Math.ceil(messages / 200)));

async function readHandsets(simulatorUrl: string): Promise<Handset[]> {
  const control = createControl(simulatorUrl);
  const { counts } = await control.get<{ counts: Counts }>(`book?since=${Number.MAX_SAFE_INTEGER}`);
  if (counts.kept < counts.accepted) {
    throw new Error(
      `the simulator took ${counts.accepted} SMS and remembers ${counts.kept}: SIMULATOR_KEEP is too small`,
    );
  }
  return (await control.get<{ handsets: Handset[] }>('handsets')).handsets;
}

interface Counts {
  accepted: number;
  kept: number;
}

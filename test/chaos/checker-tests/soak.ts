/**
 * A made-up run of as many messages as a soak has, with its faults, floods, crowds and long timelines: what the checker has to
 * hold. As a program: checks one, and prints what that took.
 */
import { pathToFileURL } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import { check } from '../checker/index.ts';
import { createSharing } from '../checker/shared-strings.ts';
import { after, madeUp } from '../evidence.ts';
import { LANES } from '../faults/fault.ts';
import { FAULTS } from '../faults/index.ts';
import type { Evidence, JournalEntry } from '../model.ts';
import { makePlan } from '../plan.ts';
import { createRandom } from '../random.ts';

export interface Took {
  messages: number;
  faults: number;
  /** Of the processor, for the check alone. */
  seconds: number;
  /** Most resident memory of the process, evidence and all, MiB. */
  mostMiB: number;
  breaches: number;
}

const ROWS_AT_ONCE = 5_000;
const SECONDS = 7_000;
const CALM_EVERY = 30;
/** On top of those of the short stories: a message in trouble is asked about, waits, and is tried again. */
const MORE_EVENTS = 4;
const FLOOD = 500;
const FLOODS = 100;
const CROWD = 100;
const CROWDS = SECONDS / 20;

export function soakOf(messages: number): Evidence {
  const evidence = madeUp(messages);
  addFaults(evidence);
  addEvents(evidence);
  addFloods(evidence);
  const posted = evidence.journal.filter((entry) => entry.kind === 'posted');
  for (let i = 0; i < CROWDS; i++) addCrowd(evidence, posted[Math.floor((i * posted.length) / CROWDS)]);
  const { books, simulator, journal, arrivals } = evidence;
  return {
    ...evidence,
    books: likeRead(books, createSharing()),
    simulator: likeRead(simulator),
    ...likeRead({ journal, arrivals }),
  };
}

/** Row by row with strings of their own, as what comes from Postgres and from the simulator has them. */
function likeRead<T extends object>(lists: T, keep: (name: keyof T, row: object) => void = () => undefined): T {
  const copied = (Object.entries(lists) as [keyof T, unknown[]][]).map(([name, list]) => {
    const rows: unknown[] = [];
    while (list.length > 0) {
      const some = deserialize(serialize(list.splice(-ROWS_AT_ONCE))) as object[];
      for (const row of some.reverse()) keep(name, row);
      rows.push(...some);
    }
    return [name, rows.reverse()];
  });
  return Object.fromEntries(copied) as T;
}

function addFaults({ journal, temporal }: Evidence): void {
  const rounds = makePlan(FAULTS, { seconds: SECONDS, calmEvery: CALM_EVERY, busy: true }, createRandom('soak'));
  for (const [round, { lanes }] of rounds.entries()) {
    for (const { at, fault, lastsMs } of LANES.flatMap((lane) => lanes[lane])) {
      const begins = round * CALM_EVERY * 1_000 + at;
      const [begun, ended] = [after(begins), after(begins + lastsMs)];
      const explains = [...fault.explains];
      journal.push({ kind: 'fault', name: fault.name, what: 'somewhere', begun, ended, explains, ...ended });
      if (explains.length > 0) temporal.repairs.push({ at: ended.at + 2_000, kind: explains[0] ?? '', count: 1 });
    }
  }
}

function addEvents({ books: { messages, events } }: Evidence): void {
  for (const { id, acceptedAt } of messages) {
    for (let i = 0; i < MORE_EVENTS; i++) {
      const detail = {
        kind: 'asked',
        answer: 'connect ECONNREFUSED 127.0.0.1',
        next: 'is asked again',
        evidence: { i },
      };
      const at = new Date(acceptedAt.getTime() + i);
      events.push({ messageId: id, n: BigInt(events.length), at, kind: 'asked', source: 'worker', detail });
    }
  }
}

/** Of one report of a number that nobody knows. */
function addFloods({ simulator: { calls }, books: { hooks } }: Evidence): void {
  const [first] = calls;
  if (!first) return;
  for (let flood = 0; flood < FLOODS; flood++) {
    const id = `unknown-${flood}`;
    const body = JSON.stringify({ id, status: 'delivered', text: 'x'.repeat(200) });
    const reports = [{ id, phone: '79995550199', status: 'delivered' }];
    for (let i = 0; i < FLOOD; i++) {
      calls.push({ ...first, ...after(flood * 1_000 + i), n: calls.length, reports, inbound: [], body });
      const receivedAt = new Date(after(flood * 1_000 + i).at);
      hooks.push({ id: `${id}-${i}`, receivedAt, state: 'done', detail: null, body, path: '/hooks/TOKEN/reports' });
    }
  }
}

function addCrowd({ journal }: Evidence, entry: JournalEntry | undefined): void {
  if (entry) for (let i = 1; i < CROWD; i++) journal.push({ ...entry });
}

function measure(messages: number): Took {
  const evidence = soakOf(messages);
  const begun = process.cpuUsage();
  const breaches = check(evidence).flatMap((verdict) => verdict.breaches).length;
  const { user, system } = process.cpuUsage(begun);
  const faults = evidence.journal.filter(({ kind }) => kind === 'fault').length;
  const mostMiB = Math.round(process.resourceUsage().maxRSS / 1024);
  return { messages, faults, seconds: (user + system) / 1e6, mostMiB, breaches };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.stdout.write(`${JSON.stringify(measure(Number(process.argv[2])))}\n`);
}

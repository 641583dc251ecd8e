/** What goes wrong when: drawn from the seed before the run begins. */
import { type Fault, LANES, type Lane } from './faults/fault.ts';
import type { Random } from './random.ts';

export interface PlannedFault {
  /** Milliseconds from the beginning of its round. It begins later where the one before it in its lane takes longer. */
  at: number;
  fault: Fault;
  lastsMs: number;
}

/** A time of trouble, and after it a calm window in which nothing is wrong. */
export interface Round {
  lanes: Record<Lane, PlannedFault[]>;
  calmMs: number;
}

export interface PlanOptions {
  seconds: number;
  /** 0: one round, with a calm window at its end. */
  calmEvery: number;
  /** Parts are killed and frozen as often as mending them leaves time for: every few seconds. */
  busy?: boolean;
}

/** So many times as long as the faults of a lane take at the least is the time of trouble: they may last longer than that. */
const ROOM = 2.5;
const ROOM_IF_BUSY = 1.25;

const CALM_MS = 6_000;
/** Between two faults of a lane. */
const MOST_GAP_MS = 1_000;

/** Every fault comes at least once where the time allows it: for a short run those of the greatest weight. */
export function makePlan(faults: readonly Fault[], options: PlanOptions, random: Random): Round[] {
  const { seconds, calmEvery, busy = false } = options;
  const everyMs = (calmEvery === 0 ? seconds : Math.min(calmEvery, seconds)) * 1_000;
  const rounds = Math.max(1, Math.round((seconds * 1_000) / everyMs));
  const roundMs = Math.max(2_000, everyMs - CALM_MS);
  const lanes = LANES.map((lane) => {
    const ofLane = faults.filter((it) => it.lane === lane);
    const room = busy && lane === 'processes' ? ROOM_IF_BUSY : ROOM;
    return [lane, spread(ofLane, { rounds, roundMs, room }, random.fork(lane))] as const;
  });
  return Array.from({ length: rounds }, (_, i) => ({
    lanes: Object.fromEntries(lanes.map(([lane, of]) => [lane, of[i] ?? []])) as Record<Lane, PlannedFault[]>,
    calmMs: CALM_MS,
  }));
}

/** The faults of one lane, round by round: each into the round that has the most time left. */
function spread(
  faults: readonly Fault[],
  { rounds, roundMs, room }: { rounds: number; roundMs: number; room: number },
  random: Random,
): PlannedFault[][] {
  const all = Array.from({ length: rounds }, () => ({ faults: [] as Fault[], spareMs: roundMs }));
  for (const fault of draw(faults, rounds * roundMs, room, random)) {
    const emptiest = all.reduce((one, other) => (other.spareMs > one.spareMs ? other : one));
    if (leastMs(fault) > emptiest.spareMs) continue;
    emptiest.faults.push(fault);
    emptiest.spareMs -= leastMs(fault);
  }
  return all.map((round) => stretched(round.faults, round.spareMs, random));
}

/** All of them once in any order, then others by weight, for as long as there is time at all. */
function draw(faults: readonly Fault[], budgetMs: number, room: number, random: Random): Fault[] {
  const once = shuffled(faults, random);
  let takenMs = once.reduce((sum, it) => sum + leastMs(it), 0);
  // What comes last may find no room.
  if (takenMs > budgetMs) once.sort((one, other) => other.weight - one.weight);
  const weighted = faults.flatMap((fault) => Array<Fault>(fault.weight).fill(fault));
  const more: Fault[] = [];
  while (weighted.length > 0 && room * takenMs < budgetMs) {
    const next = random.pick(weighted);
    takenMs += leastMs(next);
    more.push(next);
  }
  return [...once, ...more];
}

/** In any order; the time that is left goes to how long they last and to pauses between them. */
function stretched(faults: readonly Fault[], spareMs: number, random: Random): PlannedFault[] {
  let left = spareMs;
  let at = 0;
  return shuffled(faults, random).map((fault, i) => {
    const take = (most: number) => {
      const taken = Math.min(most, random.int(0, Math.floor((2 * left) / (faults.length - i))), left);
      left -= taken;
      return taken;
    };
    const lastsMs = fault.lastsMs[0] + take(fault.lastsMs[1] - fault.lastsMs[0]);
    at += take(MOST_GAP_MS);
    const planned = { at, fault, lastsMs };
    at += lastsMs + fault.mendsMs;
    return planned;
  });
}

const leastMs = ({ lastsMs, mendsMs }: Fault) => lastsMs[0] + mendsMs;

function shuffled<T>(all: readonly T[], random: Random): T[] {
  const keyed = all.map((it) => [random.next(), it] as const);
  return keyed.sort(([one], [other]) => one - other).map(([, it]) => it);
}

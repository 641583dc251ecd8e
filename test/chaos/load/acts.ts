/** What clients and phones do: the kinds of traffic that a run is mixed of. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Control } from '../control.ts';
import type { Journal } from '../journal.ts';
import type { Random } from '../random.ts';
import type { SeededAccount, SeededSender } from '../seed.ts';
import type { Made, Messages } from './messages.ts';
import type { Poster } from './post.ts';

export interface Traffic {
  accounts: readonly SeededAccount[];
  senders: readonly SeededSender[];
  messages: Messages;
  poster: Poster;
  control: Control;
  journal: Journal;
  /** Waits, up to `withinMs`, until the message is being submitted. */
  claimed(messageId: string, withinMs: number): Promise<boolean>;
}

/** @returns how many messages it posts, and when all of it is over */
export type Act = (traffic: Traffic, random: Random) => { posts: number; over: Promise<unknown> };

/** By how often they come. */
export const ACTS: readonly (readonly [number, Act])[] = [
  [60, single],
  [8, batch],
  [8, several],
  [10, stopRace],
  [10, cancelRace],
];

const STOPS = ['STOP', 'Stop!', 'stop', 'СТОП'];
const CROWD = 100;
const BURST = 30;
const RACED = 12;
const CLAIMED_WITHIN_MS = 6_000;

function single(traffic: Traffic, random: Random) {
  const { account, sender } = pair(traffic, random);
  return { posts: 1, over: traffic.poster.one(account, traffic.messages.make(sender)) };
}

function batch({ accounts, senders, messages, poster }: Traffic, random: Random) {
  const account = random.pick(accounts);
  const its = senders.filter((it) => it.accounts.includes(account.name));
  const made = times(random.int(2, 12), () => messages.make(random.pick(its)));
  return { posts: made.length, over: poster.batch(account, made) };
}

/** Several to one phone, at once or one after another. */
function several(traffic: Traffic, random: Random) {
  const { messages, poster } = traffic;
  const { account, sender } = pair(traffic, random);
  const phone = messages.plainPhone(sender);
  const made = times(random.int(2, 4), () => messages.make(sender, phone));
  return { posts: made.length, over: Promise.all(made.map((one) => poster.one(account, one))) };
}

/** STOP just after posting, while a worker has the message, or whenever; and then one more message. */
function stopRace(traffic: Traffic, random: Random) {
  const { messages, poster } = traffic;
  const { account, sender } = pair(traffic, random, (it) => it.inbound);
  const phone = messages.plainPhone(sender);
  const made = times(random.int(1, 4), () => messages.make(sender, phone));
  const [first, ...others] = made as [Made, ...Made[]];
  const more = random.chance(0.5) ? messages.make(sender, phone) : undefined;
  const when = random.pick(['at once', 'when claimed', 'when claimed', 'later'] as const);
  const pauseMs = random.int(0, 1_500);
  const text = random.pick(STOPS);
  const run = async () => {
    const posting = others.map((one) => poster.one(account, one));
    const id = poster.one(account, first);
    if (when !== 'at once') await waitFor(traffic, await id, when === 'when claimed', pauseMs);
    await stop(traffic, sender, phone, text);
    if (more) await poster.one(account, more);
    await Promise.all([...posting, id]);
  };
  return { posts: made.length + (more ? 1 : 0), over: run() };
}

async function stop({ control, journal }: Traffic, sender: SeededSender, phone: string, text: string): Promise<void> {
  await control.post('inbound', { wire: sender.wire, login: sender.login, from: phone, text });
  journal.add({ kind: 'stop', phone, sender: sender.name });
}

function cancelRace(traffic: Traffic, random: Random) {
  const { messages, poster } = traffic;
  const { account, sender } = pair(traffic, random);
  const made = messages.make(sender);
  const whenClaimed = random.chance(0.5);
  const pauseMs = random.pick([0, 0, random.int(0, 300), random.int(0, 3_000)]);
  const run = async () => {
    const id = await poster.one(account, made);
    await waitFor(traffic, id, whenClaimed, pauseMs);
    if (id !== undefined) await poster.cancel(account, id);
  };
  return { posts: 1, over: run() };
}

async function waitFor({ claimed }: Traffic, id: string | undefined, whenClaimed: boolean, pauseMs: number) {
  if (whenClaimed && id !== undefined) await claimed(id, CLAIMED_WITHIN_MS);
  else await sleep(pauseMs);
}

/** A hundred equal requests at once, and some with the same key that ask for something else. */
export function crowd(traffic: Traffic, random: Random) {
  const { messages, poster } = traffic;
  const { account, sender } = pair(traffic, random);
  const made = messages.make(sender);
  const other = { ...made, message: { ...made.message, text: `${made.message.text} 2` } };
  const key = randomUUID();
  const run = async () => {
    await Promise.all(times(CROWD, () => poster.one(account, made, key)));
    await Promise.all(times(3, () => poster.one(account, other, key)));
  };
  return { posts: 1, over: run() };
}

/** More at once than a sender with a limit may submit in a second; some are stopped or cancelled in the wait for their slots. */
export function burst(traffic: Traffic, random: Random) {
  const { messages, poster } = traffic;
  const { account, sender } = pair(traffic, random, (it) => it.rateLimit !== undefined && it.inbound);
  const made = times(BURST, () => messages.make(sender));
  const raced = times(RACED, () => messages.make(sender, messages.plainPhone(sender)));
  const race = async (one: Made, i: number) => {
    const id = await poster.one(account, one);
    await waitFor(traffic, id, true, 0);
    if (i % 2 === 0) await stop(traffic, sender, one.message.to, 'STOP');
    else if (id !== undefined) await poster.cancel(account, id);
  };
  return { posts: made.length + raced.length, over: Promise.all([poster.batch(account, made), ...raced.map(race)]) };
}

/** A sender, and an account that may send through it. */
function pair({ accounts, senders }: Traffic, random: Random, fits = (_: SeededSender) => true) {
  const sender = random.pick(senders.filter(fits));
  return { sender, account: random.pick(accounts.filter(({ name }) => sender.accounts.includes(name))) };
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

/** A claim whose answer never came: made or not, or only when Postgres goes on, whoever asked for it has written nothing. */
import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askForClaim } from '../../activities/claim.ts';
import { type Claim, claimSend, lateAttempts } from '../../db/claims.ts';
import { openDb } from '../../db/connection.ts';
import { cancelMessage } from '../../db/deliveries.ts';
import { type Cut, cuttable } from '../api/cut.ts';
import {
  accept,
  type Books,
  claim,
  eventKinds,
  type House,
  newHouse,
  openBooks,
  record,
  rowOf,
  taken,
  UNCERTAIN,
} from './books.ts';

const UNSAFE = { repeatWithinS: null, probe: false };

let books: Books;
let house: House;
let way: Cut;

beforeAll(async () => {
  books = await openBooks();
  house = await newHouse(books.db);
  way = await cuttable(books.url);
});
afterAll(async () => {
  await way?.cut();
  await books?.close();
});

/** A claim that was made, and of which nobody learned. */
async function lostClaim(id: string): Promise<string> {
  const name = randomUUID();
  await claimSend(books.db, id, { ...UNSAFE, name });
  return name;
}

/** @param heartbeatDetails of the attempt before it */
function attempt(heartbeatDetails?: unknown): MockActivityEnvironment {
  return new MockActivityEnvironment({ heartbeatDetails }, { logger: new DefaultLogger('ERROR') });
}

function claimAfter(id: string, lost: string[], repeatWithinS: number | null = null): Promise<Claim> {
  return claimSend(books.db, id, { repeatWithinS, probe: false, name: randomUUID(), lost });
}

describe('a claim that hangs with Postgres, and is made after all when it goes on', () => {
  it('keeps others out, and is given back by the next attempt of the same activity', { timeout: 30_000 }, async () => {
    const id = await accept(books.db, house);
    const db = openDb(way.url, { connections: 1 });
    try {
      // Its connection is open and knows the statement: nothing has to come back for it to be sent.
      const earlier = await accept(books.db, house);
      await attempt().run(() => askForClaim(db, earlier, UNSAFE));
      const first = attempt();
      let told: unknown;
      first.on('heartbeat', (details: unknown) => {
        told = details;
      });
      way.hang(true);
      await expect(first.run(() => askForClaim(db, id, UNSAFE))).rejects.toThrow('the connection to Postgres was lost');
      expect(await rowOf(books.db, id)).toMatchObject({ attempt: 0 });
      way.hang(false);
      await expect.poll(() => rowOf(books.db, id)).toMatchObject({ attempt: 1, attemptState: 'open' });

      expect(await claim(books.db, id)).toMatchObject({ verdict: 'busy' });
      const next = attempt(told);
      expect(await next.run(() => askForClaim(books.db, id, UNSAFE))).toMatchObject({
        verdict: 'claimed',
        attempt: 2,
        afterUncertain: false,
      });
    } finally {
      await db.close();
    }
    expect(await eventKinds(books.db, id)).toEqual(['accepted', 'attempt', 'outcome', 'attempt']);
    expect(await lateAttempts(books.db, id), 'it says nothing of the gateway').toBe(1);
  });
});

describe('a lost claim', () => {
  it('is not given back by who asked for another one', async () => {
    const id = await accept(books.db, house);
    await lostClaim(id);
    expect(await claimAfter(id, [randomUUID()])).toMatchObject({ verdict: 'busy' });
    expect(await claimAfter(id, [])).toMatchObject({ verdict: 'busy' });
  });

  it('is not mistaken for the one that came after it, which may be writing', async () => {
    const id = await accept(books.db, house);
    const lost = await lostClaim(id);
    expect(await claimAfter(id, [lost])).toMatchObject({ verdict: 'claimed', attempt: 2 });
    expect(await claimAfter(id, [lost])).toMatchObject({ verdict: 'busy' });
  });

  it('that has been made by now does nothing once the message was sent', async () => {
    const id = await accept(books.db, house);
    const lost = await lostClaim(id);
    await claimAfter(id, [lost]);
    await record(books.db, id, taken('given-back'), { attempt: 2 });
    expect(await claimAfter(id, [lost])).toMatchObject({ verdict: 'sent' });
    expect(await rowOf(books.db, id)).toMatchObject({ status: 'sent', attempt: 2, attemptState: 'accepted' });
  });

  it('leaves a message that may have been taken before it in that doubt', async () => {
    const id = await accept(books.db, house);
    await claim(books.db, id, 3600);
    await record(books.db, id, UNCERTAIN);
    const name = randomUUID();
    await claimSend(books.db, id, { repeatWithinS: 3600, probe: false, name });
    expect(await claimAfter(id, [name])).toMatchObject({ verdict: 'uncertain' });
    expect(await claimAfter(id, [name], 3600)).toMatchObject({ verdict: 'claimed', attempt: 3, afterUncertain: true });
  });

  it('does nothing to a message that has ended or was reported while it was open', async () => {
    const id = await accept(books.db, house);
    await claim(books.db, id, 3600);
    await record(books.db, id, UNCERTAIN);
    const name = randomUUID();
    await claimSend(books.db, id, { repeatWithinS: 3600, probe: false, name });
    await record(books.db, id, taken('of-the-first'), { attempt: 1 });
    expect(await claimAfter(id, [name])).toMatchObject({ verdict: 'sent' });
    expect(await rowOf(books.db, id)).toMatchObject({ status: 'sent', attempt: 2, attemptState: 'not-sent' });
  });

  it('of the one more submit that a policy has made may be made again', async () => {
    const id = await accept(books.db, house);
    await claim(books.db, id);
    await record(books.db, id, UNCERTAIN);
    await books.db.sql`UPDATE messages SET status = 'accepted', resends = 1 WHERE id = ${id}`;
    const lost = await lostClaim(id);
    expect(await claimAfter(id, [lost])).toMatchObject({ verdict: 'claimed', attempt: 3, afterUncertain: true });
  });

  it('lets a message that was cancelled meanwhile end', async () => {
    const id = await accept(books.db, house);
    const lost = await lostClaim(id);
    await cancelMessage(books.db, id, house.accountId);
    expect(await claimAfter(id, [lost])).toMatchObject({ verdict: 'final', status: 'cancelled' });
  });
});

it('a worker of before claims had names is served as ever', async () => {
  const id = await accept(books.db, house);
  const [row] = await books.db.sql`SELECT verdict, attempt FROM claim_send(${id}, 2000, 16000, NULL, false)`;
  expect(row).toMatchObject({ verdict: 'claimed', attempt: 1 });
});

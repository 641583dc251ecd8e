/** A sender that logs in to another gateway account: what waits goes along, what was submitted forbids it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptMessages } from '../../db/messages.ts';
import { applyReports } from '../../db/reports.ts';
import { archiveSender, changeSender } from '../../db/sender-changes.ts';
import { type MoveTo, SenderInUse } from '../../db/sender-moves.ts';
import { findSender } from '../../db/senders.ts';
import {
  accept,
  type Books,
  claimed,
  eventKinds,
  type House,
  loseClaim,
  NOT_SENT,
  newGatewayId,
  newHouse,
  newMessage,
  newSender,
  openBooks,
  record,
  rowOf,
  statusOf,
  taken,
  UNCERTAIN,
} from './books.ts';
import { openSession, until, watch } from './sessions.ts';

let books: Books;
beforeAll(async () => {
  books = await openBooks();
});
afterAll(() => books.close());

const moveTo = (more: Partial<MoveTo> = {}): MoveTo => ({
  accountKey: newSender().accountKey,
  isSameAccount: false,
  referenceStart: 5_000_000n,
  ownIdOf: (number, installation) => `${installation}-${number}`,
  idPhoneOf: () => '',
  ...more,
});

const move = (house: House, to: MoveTo) =>
  changeSender(books.db, [], house.senderId, () => ({ settings: { login: to.accountKey }, moveTo: to }));

async function accountOf(house: House): Promise<string> {
  const sender = await findSender(books.db, [], { id: house.senderId });
  return sender?.gatewayAccountId ?? '';
}

async function keyOf(gatewayAccountId: string): Promise<string> {
  const [row] = await books.db.sql`SELECT key FROM gateway_accounts WHERE id = ${gatewayAccountId}`;
  return String(row?.key);
}

describe('what waits', () => {
  it('takes references of the new account, and its reports are found there', async () => {
    const house = await newHouse(books.db);
    const ids = [await accept(books.db, house, { ownId: newGatewayId() }), await accept(books.db, house)];
    const [first = '', second = ''] = ids;
    await claimed(books.db, first);
    await record(books.db, first, NOT_SENT);
    const to = moveTo();
    await move(house, to);

    const account = await accountOf(house);
    expect(account).not.toBe(house.gatewayAccountId);
    expect(await keyOf(account)).toBe(to.accountKey);
    const rows = await Promise.all(ids.map((id) => rowOf(books.db, id)));
    expect(rows.map(({ ref }) => ref)).toEqual([5_000_000n, 5_000_001n]);
    expect(rows[0]?.ownId).toMatch(/^[a-z0-9]{4}-5000000$/);
    expect(await eventKinds(books.db, second)).toEqual(['accepted', 'moved']);

    await claimed(books.db, first);
    await record(books.db, first, taken(), { attempt: 2 });
    const report = { gatewayId: rows[0]?.ownId ?? '', status: 'delivered' as const, raw: 'DELIVRD' };
    await applyReports(books.db, account, 'report', [report], { idScope: 'account' });
    expect(await statusOf(books.db, first)).toBe('delivered');
  });

  it('never shares a reference with what another sender draws there', async () => {
    const there = await newHouse(books.db);
    const key = await keyOf(there.gatewayAccountId);
    const house = await newHouse(books.db);
    const ids = [];
    for (let i = 0; i < 250; i++) ids.push(await accept(books.db, house));
    const [before] = await books.db.sql`SELECT nextval(${`ref_${there.gatewayAccountId.replaceAll('-', '')}`}) AS n`;
    await move(house, moveTo({ accountKey: key }));
    const [after] = await books.db.sql`SELECT nextval(${`ref_${there.gatewayAccountId.replaceAll('-', '')}`}) AS n`;
    expect(await accountOf(house)).toBe(there.gatewayAccountId);
    const refs = (await Promise.all(ids.map((id) => rowOf(books.db, id)))).map(({ ref }) => ref);
    expect(new Set(refs).size).toBe(250);
    // Each number that is drawn stands for the 200 from it on.
    for (const ref of refs) {
      expect(ref).toBeGreaterThanOrEqual(BigInt(before?.n) + 200n);
      expect(ref).toBeLessThan(BigInt(after?.n));
    }
  });

  it('and moves back again has still other references', async () => {
    const house = await newHouse(books.db);
    const id = await accept(books.db, house);
    await move(house, moveTo());
    await move(house, moveTo({ accountKey: await keyOf(house.gatewayAccountId) }));
    expect(await accountOf(house)).toBe(house.gatewayAccountId);
    expect((await rowOf(books.db, id)).ref).toBe(1n);
  });
});

describe('what was submitted', () => {
  const states: Record<string, (id: string) => Promise<unknown>> = {
    'being submitted': (id) => claimed(books.db, id),
    sent: async (id) => {
      await claimed(books.db, id);
      await record(books.db, id, taken(newGatewayId()));
    },
    'in doubt': async (id) => {
      await claimed(books.db, id);
      await record(books.db, id, UNCERTAIN);
    },
    'in doubt, and waiting to be sent once more': async (id) => {
      await claimed(books.db, id);
      await loseClaim(books.db, id);
      await books.db.sql`UPDATE messages SET status = 'accepted', uncertain_at = now() WHERE id = ${id}`;
    },
  };

  it.each(Object.keys(states))('and is %s forbids it, and nothing is changed', async (state) => {
    const house = await newHouse(books.db, { onUncertain: 'resend' });
    const id = await accept(books.db, house);
    const waiting = await accept(books.db, house);
    await states[state]?.(id);
    const { ref } = await rowOf(books.db, waiting);
    const refused = move(house, moveTo());
    await expect(refused).rejects.toBeInstanceOf(SenderInUse);
    await expect(refused).rejects.toMatchObject({ submitted: 1 });
    expect(await accountOf(house)).toBe(house.gatewayAccountId);
    expect((await rowOf(books.db, waiting)).ref).toBe(ref);
  });

  it('and has its end does not', async () => {
    const house = await newHouse(books.db);
    const id = await accept(books.db, house);
    await claimed(books.db, id);
    const gatewayId = newGatewayId();
    await record(books.db, id, taken(gatewayId));
    const report = { gatewayId, status: 'delivered' as const, raw: 'DELIVRD' };
    await applyReports(books.db, house.gatewayAccountId, 'report', [report], { idScope: 'account' });
    await move(house, moveTo());
    expect(await accountOf(house)).not.toBe(house.gatewayAccountId);
  });

  it('stays in its account, which only has another key, where it is the same at the gateway', async () => {
    const house = await newHouse(books.db);
    const id = await accept(books.db, house);
    await claimed(books.db, id);
    await record(books.db, id, taken(newGatewayId()));
    const to = moveTo({ isSameAccount: true });
    await move(house, to);
    expect(await accountOf(house)).toBe(house.gatewayAccountId);
    expect(await keyOf(house.gatewayAccountId)).toBe(to.accountKey);
    // The other senders of the account follow it one by one.
    await move(house, to);
    expect(await accountOf(house)).toBe(house.gatewayAccountId);
  });
});

describe('an accept that knows the sender as it was', () => {
  it('is not made for an account that the sender has left, nor for an archived sender', async () => {
    const house = await newHouse(books.db);
    await move(house, moveTo());
    const stale = newMessage(house, { idempotencyKey: 'a key' });
    const fresh = newMessage({ ...house, gatewayAccountId: await accountOf(house) });
    expect(await acceptMessages(books.db, [stale, fresh])).toEqual([
      { kind: 'sender-changed', id: stale.id },
      { kind: 'accepted', id: fresh.id },
    ]);
    const [key] = await books.db.sql`SELECT FROM idempotency_keys WHERE account_id = ${house.accountId}`;
    expect(key, 'the key is still free').toBeUndefined();

    await archiveSender(books.db, house.senderId, { keyId: null, name: 'Anna' });
    const late = newMessage({ ...house, gatewayAccountId: await accountOf(house) });
    expect(await acceptMessages(books.db, [late])).toEqual([{ kind: 'sender-changed', id: late.id }]);
  });

  it('and comes in the middle of a move waits for it, and is not made', async () => {
    const house = await newHouse(books.db);
    const [holder, accepter] = await Promise.all([openSession(books.url, books.db), openSession(books.url, books.db)]);
    const to = moveTo();
    // The move has looked for open messages, and waits for whoever makes the same gateway account.
    await holder.begin();
    await holder.db.sql`
      INSERT INTO gateway_accounts (id, gateway, key) VALUES (gen_random_uuid(), 'simulated', ${to.accountKey})`;
    const moving = watch(move(house, to));
    await until(async () => {
      const [lock] = await books.db.sql`
        SELECT FROM pg_locks WHERE relation = 'messages'::regclass AND mode = 'ExclusiveLock' AND granted`;
      return lock !== undefined;
    });
    const message = newMessage(house);
    const accepting = watch(acceptMessages(accepter.db, [message]));
    await accepter.blocked();
    expect([moving.settled(), accepting.settled()]).toEqual([false, false]);
    await holder.rollback();
    await moving.call;
    expect(await accepting.call).toEqual([{ kind: 'sender-changed', id: message.id }]);
    expect(await accountOf(house)).not.toBe(house.gatewayAccountId);
    await Promise.all([holder.close(), accepter.close()]);
  });
});

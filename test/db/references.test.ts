import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReferences } from '../../db/references.ts';
import { createSender, findSender } from '../../db/senders.ts';
import { type Books, newHouse, newSender, openBooks } from './books.ts';

let books: Books;

beforeAll(async () => {
  books = await openBooks();
});
afterAll(() => books.close());

async function take(
  instance: ReturnType<typeof createReferences>,
  accountId: string,
  count: number,
): Promise<bigint[]> {
  return await Promise.all(Array.from({ length: count }, () => instance.next(accountId)));
}

describe('references', () => {
  it('are unique over two processes that take them at once, and begin at the start that was set', async () => {
    const start = 4_000_000_123n;
    const house = await newHouse(books.db, { referenceStart: start });
    const instances = [createReferences(books.db), createReferences(books.db)];
    const taken = (await Promise.all(instances.map((one) => take(one, house.gatewayAccountId, 1_000)))).flat();
    expect(new Set(taken).size).toBe(2_000);
    const sorted = taken.toSorted((a, b) => (a < b ? -1 : 1));
    expect(sorted[0]).toBe(start);
    expect(sorted.at(-1)).toBeLessThan(start + 2_400n);
  });

  it('go on after those of a process that is gone', async () => {
    const house = await newHouse(books.db, { referenceStart: 1n });
    const before = await take(createReferences(books.db), house.gatewayAccountId, 3);
    const after = await take(createReferences(books.db), house.gatewayAccountId, 3);
    expect(before).toEqual([1n, 2n, 3n]);
    expect(Math.min(...after.map(Number))).toBeGreaterThan(3);
  });

  it('of senders on one gateway account are of one sequence, and of another account another', async () => {
    const key = newSender().accountKey;
    const gatewayAccounts = new Set<string>();
    for (const start of [500n, 900_000n]) {
      const id = await createSender(books.db, [], newSender({ accountKey: key, referenceStart: start }));
      gatewayAccounts.add((await findSender(books.db, [], { id }))?.gatewayAccountId ?? '');
    }
    const [shared = ''] = gatewayAccounts;
    expect(gatewayAccounts.size).toBe(1);
    expect(await createReferences(books.db).next(shared)).toBe(500n);
    const other = await newHouse(books.db, { referenceStart: 500n });
    expect(await createReferences(books.db).next(other.gatewayAccountId)).toBe(500n);
  });

  it('hold numbers beyond 2^53', async () => {
    const house = await newHouse(books.db, { referenceStart: 9_007_199_254_740_993n });
    const references = createReferences(books.db);
    expect(await take(references, house.gatewayAccountId, 2)).toEqual([9_007_199_254_740_993n, 9_007_199_254_740_994n]);
  });

  it('of a gateway account that there is not are an error, every time', async () => {
    const references = createReferences(books.db);
    for (let i = 0; i < 2; i++) await expect(references.next(crypto.randomUUID())).rejects.toThrow('does not exist');
  });

  it('carry the mark of the installation, which stays', async () => {
    const mark = await createReferences(books.db).installation();
    expect(mark).toMatch(/^[a-z0-9]{4}$/);
    expect(await createReferences(books.db).installation()).toBe(mark);
  });
});

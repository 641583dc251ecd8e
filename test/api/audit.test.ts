import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeAudit } from '../../db/audit.ts';
import { call, type House, newKey, newTenant, openHouse, type Tenant, unique } from './house.ts';

let house: House;
let admin: string;
let tenant: Tenant;
beforeAll(async () => {
  house = await openHouse();
  admin = await newKey(house.db, null, ['admin']);
  tenant = await newTenant(house, { scopes: ['admin'] });
});
afterAll(() => house?.close());

interface Entry {
  id: string;
  action: string;
  object: string | null;
}

async function list(query: string, key = admin): Promise<{ entries: Entry[]; nextCursor: string | null }> {
  const { status, body } = await call(house, 'GET', `/v1/audit?${query}`, { key });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body;
}

/** Made one after the other. @returns the id of what they are about */
async function write(actions: string[], accountId: string | null = null): Promise<string> {
  const objectId = unique();
  const actor = { keyId: null, name: 'stop word' };
  for (const action of actions)
    await writeAudit(house.db.orm, actor, { action, accountId, objectId, detail: { n: 1 } });
  return objectId;
}

const actionsOf = ({ entries }: { entries: Entry[] }) => entries.map(({ action }) => action);

describe('the audit log', () => {
  it('says who did what to what, newest first', async () => {
    const made = await call(house, 'POST', '/v1/accounts', { key: admin, body: { name: `shop ${unique()}` } });
    const { id } = made.body;
    const body = { name: 'till', scopes: ['messages:send'], account: id };
    const key = await call(house, 'POST', '/v1/keys', { key: admin, body });
    const [own] = (await call(house, 'GET', '/v1/keys?limit=500', { key: admin })).body.keys.filter(
      ({ hint, account }: { hint: string; account: string | null }) => account === null && hint === admin.slice(-4),
    );
    const { entries } = await list(`account=${id}`);
    expect(entries).toEqual([
      {
        id: expect.any(String),
        at: expect.stringMatching(/Z$/),
        actor: { key: own.id, name: 'test' },
        action: 'key.create',
        account: id,
        object: key.body.id,
        detail: { name: 'till', kind: 'live', scopes: ['messages:send'], hint: key.body.hint, expiresAt: null },
      },
      {
        id: expect.any(String),
        at: expect.stringMatching(/Z$/),
        actor: { key: own.id, name: 'test' },
        action: 'account.create',
        account: id,
        object: id,
        detail: { name: made.body.name, defaultCountry: null },
      },
    ]);
    expect(JSON.stringify(entries)).not.toContain(key.body.key);
  });

  it('is found by action, or by the first word of it', async () => {
    const object = await write(['sender.update', 'sender.pause', 'senders.update', 'key.revoke']);
    expect(actionsOf(await list(`object=${object}`))).toEqual([
      'key.revoke',
      'senders.update',
      'sender.pause',
      'sender.update',
    ]);
    expect(actionsOf(await list(`object=${object}&action=sender.pause`))).toEqual(['sender.pause']);
    expect(actionsOf(await list(`object=${object}&action=sender`))).toEqual(['sender.pause', 'sender.update']);
    expect(actionsOf(await list(`object=${object}&action=send`))).toEqual([]);
  });

  it('is found by time', async () => {
    const object = await write(['sender.update']);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const between = new Date().toISOString();
    await new Promise((resolve) => setTimeout(resolve, 5));
    for (const action of ['sender.pause', 'sender.resume']) {
      await writeAudit(house.db.orm, { keyId: null, name: 'npm start' }, { action, accountId: null, objectId: object });
    }
    expect(actionsOf(await list(`object=${object}&from=${between}`))).toEqual(['sender.resume', 'sender.pause']);
    expect(actionsOf(await list(`object=${object}&to=${between}`))).toEqual(['sender.update']);
    expect(actionsOf(await list(`object=${object}&from=${between}&to=${between}`))).toEqual([]);
  });

  it('is read in pages', async () => {
    const object = await write(['sender.update', 'sender.pause', 'sender.resume']);
    const first = await list(`object=${object}&limit=2`);
    expect(actionsOf(first)).toEqual(['sender.resume', 'sender.pause']);
    const second = await list(`object=${object}&limit=2&cursor=${first.nextCursor}`);
    expect(actionsOf(second)).toEqual(['sender.update']);
    expect(second.nextCursor).toBeNull();
  });

  it('is, for an account, what is about it and not about all or others', async () => {
    const [own, all] = [await write(['sender.pause'], tenant.accountId), await write(['sender.pause'])];
    const foreign = await write(['sender.pause'], (await newTenant(house)).accountId);
    expect(await list(`object=${own}`, tenant.key)).toEqual(await list(`object=${own}`));
    for (const object of [all, foreign]) {
      expect((await list(`object=${object}`)).entries).toHaveLength(1);
      expect((await list(`object=${object}`, tenant.key)).entries).toEqual([]);
    }
  });

  it.each([
    'action=Sender',
    'action=sender.',
    'object=',
    'object=%00',
    'from=yesterday',
    'cursor=x',
    'limit=501',
    'who=x',
  ])('is not read with %s', async (query) => {
    const { status, body } = await call(house, 'GET', `/v1/audit?${query}`, { key: admin });
    expect(status).toBe(422);
    expect(body.errors).toEqual([
      expect.objectContaining({ parameter: query.split('=')[0], mend: expect.any(String) }),
    ]);
  });
});

/**
 * No account sees or changes anything of another. Every route of the API is walked with keys that have no right to what
 * they name; a new route fails here until it has a line in TRIES.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemsOf, type Route } from '../../api/route.ts';
import { allRoutes } from '../../api/routes/index.ts';
import { SCOPES } from '../../db/api-keys.ts';
import { type Answer, call, type House, newKey, newPhone, newSender, newTenant, openHouse, unique } from './house.ts';
import { CSV, FINDS_NOTHING, OPEN, type Property, TRIES, type Try } from './tries.ts';

const UNKNOWN = '01900000-0000-7000-8000-000000000000';

let house: House;
let operator: string;
let ours: Property;
let routes: Route[];
let closed: Route[];
beforeAll(async () => {
  house = await openHouse();
  operator = await newKey(house.db, null, ['admin']);
  ours = await newProperty();
  routes = allRoutes(house.context);
  closed = routes.filter((it) => problemsOf(it).includes('unauthorised'));
});
afterAll(() => house?.close());

async function newProperty(): Promise<Property> {
  const { accountId, key } = await newTenant(house, { scopes: ['admin'] });
  const sender = await newSender(house, [accountId]);
  const [phone, suppressedPhone] = [newPhone(), newPhone()];
  const text = `ours ${unique()}`;
  const made = async (method: string, path: string, body?: unknown, headers = {}) => {
    const answer = await call(house, method, path, { key, headers, ...(body === undefined ? {} : { body }) });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const sms = { to: phone, text, sender: sender.name };
  const inbound = { from: phone.slice(1), to: '3700', text: `${text} in`, messageId: unique() };
  await call(house, 'POST', `/hooks/${sender.hookToken}/inbound`, { body: { results: [inbound] } });
  return {
    accountId,
    accountName: (await made('GET', `/v1/accounts/${accountId}`)).name,
    keyId: (await made('GET', '/v1/keys')).keys[0].id,
    senderId: sender.id,
    senderName: sender.name,
    messageId: (await made('POST', '/v1/messages', sms)).id,
    phone,
    text,
    suppressionId: (await made('POST', '/v1/suppressions', { phone: suppressedPhone })).id,
    suppressedPhone,
    importId: (await made('POST', '/v1/suppressions/import', CSV.body, CSV.headers)).id,
  };
}

const lineOf = ({ method, path }: Route) => `${method.toUpperCase()} ${path}`;

async function ask({ method, path }: Route, { params = {}, query = '', ...rest }: Try, key?: string): Promise<Answer> {
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => params[name] ?? UNKNOWN);
  const url = query === '' ? filled : `${filled}?${query}`;
  return await call(house, method.toUpperCase(), url, { ...rest, ...(key === undefined ? {} : { key }) });
}

/** What shows that an answer holds something of the account. */
function isOurs(answer: Answer): string[] {
  const text = JSON.stringify(answer.body) + JSON.stringify([...answer.headers]);
  return Object.entries(ours).flatMap(([what, value]) => (text.includes(value) ? [what] : []));
}

/** Every row of the books that names something of the account, but for when its keys were used. */
async function rowsOf({ db }: House, property: Property): Promise<string[]> {
  const ids = [property.accountId, property.senderId, property.messageId, property.suppressionId, property.keyId];
  const tables = await db.sql`
    SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`;
  const rows: string[] = [];
  for (const { name } of tables) {
    const found = await db.sql`
      SELECT (to_jsonb(t) - 'last_used_at')::text AS row FROM ${db.sql(name)} t
      WHERE to_jsonb(t)::text LIKE ANY (${ids.map((id) => `%${id}%`)}) ORDER BY 1`;
    rows.push(...found.map(({ row }) => `${name} ${row}`));
  }
  return rows;
}

describe('every route that needs a key', () => {
  it('has a line here', () => {
    expect(Object.keys(TRIES).sort()).toEqual(closed.map(lineOf).sort());
    expect(routes.filter((it) => !closed.includes(it)).map(lineOf)).toEqual(OPEN);
    const byId = closed.filter(({ path, words = [] }) =>
      path.match(/:\w+/g)?.some((id) => !words.includes(id.slice(1))),
    );
    expect(byId.filter((it) => TRIES[lineOf(it)]?.(ours).length === 0).map(lineOf)).toEqual([]);
    const takers = closed.filter(({ query, body }) => 'account' in { ...query?.shape, ...body?.shape });
    expect(takers.length).toBeGreaterThan(8);
    const naming = (it: Route) => (TRIES[lineOf(it)]?.(ours) ?? []).map((one) => JSON.stringify([one.query, one.body]));
    expect(takers.filter((it) => !naming(it).some((text) => text.includes(ours.accountId))).map(lineOf)).toEqual([]);
  });

  it('has a line that asks for what is there', async () => {
    const whole = await newProperty();
    for (const it of closed) {
      for (const [i] of (TRIES[lineOf(it)]?.(ours) ?? []).entries()) {
        const one = TRIES[lineOf(it)]?.(it.method === 'get' ? whole : await newProperty())[i] ?? {};
        const { status, body } = await ask(it, one, operator);
        expect([401, 404, 405, 429, 500], `${lineOf(it)} ${JSON.stringify([one, body])}`).not.toContain(status);
      }
    }
  });

  it('refuses whoever has no key, a wrong one, or one of an archived account', async () => {
    const { accountId, key: archived } = await newTenant(house, { scopes: ['admin'] });
    await call(house, 'POST', `/v1/accounts/${accountId}/archive`, { key: operator });
    const other = await openHouse();
    const foreign = await newKey(other.db, null, ['admin']);
    await other.close();
    for (const it of closed) {
      for (const key of [undefined, 'x', foreign, archived]) {
        for (const one of [{}, ...(TRIES[lineOf(it)]?.(ours) ?? [])]) {
          const answer = await ask(it, one, key);
          expect(answer.status, lineOf(it)).toBe(401);
          expect(isOurs(answer).filter((what) => !JSON.stringify(one).includes(ours[what as keyof Property]))).toEqual(
            [],
          );
        }
      }
    }
  });

  it('refuses a key of the account itself without the scope', async () => {
    for (const it of closed) {
      if (it.scope === 'any' || it.scope === 'none') continue;
      const others = SCOPES.filter((scope) => scope !== it.scope && scope !== 'admin');
      const key = await newKey(house.db, ours.accountId, others);
      for (const one of [{}, ...(TRIES[lineOf(it)]?.(ours) ?? [])]) {
        const answer = await ask(it, one, key);
        expect([answer.status, answer.body.code], lineOf(it)).toEqual([403, 'forbidden']);
      }
    }
  });
});

describe('an administrator of another account', () => {
  it('is refused what it names, sees nothing of it and changes nothing', async () => {
    const { key } = await newTenant(house, { scopes: ['admin'] });
    const before = await rowsOf(house, ours);
    expect(before.length).toBeGreaterThan(8);
    for (const it of closed) {
      for (const one of TRIES[lineOf(it)]?.(ours) ?? []) {
        const what = `${lineOf(it)} ${JSON.stringify(one)}`;
        const answer = await ask(it, one, key);
        expect([403, 404, 422], `${what} ${JSON.stringify(answer.body).slice(0, 300)}`).toContain(answer.status);
        const told = isOurs(answer).filter((field) => !what.includes(ours[field as keyof Property]));
        expect(told, what).toEqual([]);
        // What is another's is told apart from what is not there nowhere.
        if (answer.status === 404) expect(answer.body.detail, what).toBeUndefined();
      }
    }
    expect(await rowsOf(house, ours)).toEqual(before);
  });

  it('sees nothing of it in lists, and in answers to what it may ask', async () => {
    const { key } = await newTenant(house, { scopes: ['admin'] });
    const lists = closed.filter(({ method, path }) => method === 'get' && !path.includes(':'));
    expect(lists.length).toBeGreaterThan(5);
    const others = closed.filter((it) => !lists.includes(it) && lineOf(it) in FINDS_NOTHING);
    for (const it of [...lists, ...others]) {
      for (const one of [...(lists.includes(it) ? [{}] : []), ...(FINDS_NOTHING[lineOf(it)]?.(ours) ?? [])]) {
        const answer = await ask(it, one, key);
        const told = isOurs(answer).filter((field) => !JSON.stringify(one).includes(ours[field as keyof Property]));
        expect(told, `${lineOf(it)} ${JSON.stringify(one)}`).toEqual([]);
      }
    }
  });

  it('does not learn from a sender that both send through who the other is', async () => {
    const other = await newTenant(house, { scopes: ['admin'] });
    const shared = await newSender(house, [ours.accountId, other.accountId]);
    const sms = { to: newPhone(), text: ours.text, sender: shared.name };
    const { body: message } = await call(house, 'POST', '/v1/messages', {
      key: operator,
      body: { ...sms, account: ours.accountId },
    });
    expect(message.account).toBe(ours.accountId);
    for (const it of closed.filter(({ method }) => method === 'get')) {
      for (const one of [{}, { params: { id: shared.id } }, { query: `sender=${shared.name}` }]) {
        const text = JSON.stringify((await ask(it, one, other.key)).body);
        const told = [ours.accountId, ours.accountName, ours.text, message.id].filter((it) => text.includes(it));
        expect(told, `${lineOf(it)} ${JSON.stringify(one)}`).toEqual([]);
      }
    }
    expect((await call(house, 'GET', `/v1/senders/${shared.id}`, { key: other.key })).status).toBe(200);
  });
});

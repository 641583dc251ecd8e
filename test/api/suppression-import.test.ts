import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCsv } from '../../api/csv.ts';
import { claimSend } from '../../db/claims.ts';
import { openDb } from '../../db/connection.ts';
import { findMessage } from '../../db/messages.ts';
import { suppressionsOf } from '../../db/suppressions.ts';
import {
  call,
  eventually,
  type House,
  newKey,
  newPhone,
  newSender,
  newTenant,
  openHouse,
  post,
  type Tenant,
} from './house.ts';

let house: House;
let tenant: Tenant;
let operator: string;
const SCOPES = ['messages:send', 'messages:read', 'suppressions:read', 'suppressions:write'] as const;
beforeAll(async () => {
  house = await openHouse();
  tenant = await newTenant(house, { scopes: [...SCOPES], defaultCountry: 'RU' });
  operator = await newKey(house.db, null, ['suppressions:read', 'suppressions:write']);
});
afterAll(async () => {
  await house?.close();
});

interface Sent {
  key?: string;
  query?: string;
  type?: string;
  encoding?: string;
}

async function send(
  body: string | Uint8Array,
  { key = tenant.key, query = '', type = 'text/csv', encoding }: Sent = {},
) {
  const response = await fetch(`${house.url}/v1/suppressions/import${query}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': type,
      ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
    },
    body,
  });
  return { status: response.status, location: response.headers.get('location'), body: await bodyOf(response) };
}

// biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect of it
const bodyOf = async (response: Response): Promise<any> => await response.json();

/** Sends piece by piece; `end` gives the answer. */
function trickle(query: string) {
  const req: ClientRequest = request(`${house.url}/v1/suppressions/import${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tenant.key}`, 'content-type': 'text/csv' },
  });
  req.on('error', () => {});
  const answered = once(req, 'response').then(([response]) => {
    response.resume();
    return response.statusCode as number;
  });
  answered.catch(() => {});
  const end = async () => {
    req.end();
    return await answered;
  };
  return { req, end };
}

const read = (id: string, key = tenant.key) => call(house, 'GET', `/v1/suppressions/imports/${id}`, { key });
const entry = async (phone: string) => (await suppressionsOf(house.db, phone))[0];
/** As it is dialled in Russia. */
const dialled = (phone: string) => `8 (${phone.slice(2, 5)}) ${phone.slice(5, 8)}-${phone.slice(8)}`;

describe('POST /v1/suppressions/import', () => {
  it('reads phones with reasons and notes, and answers with the counters', async () => {
    const [one, two, three] = [newPhone(), newPhone(), newPhone()];
    const file = `phone,reason,note\r\n${one},asked us,"by ""mail"", twice\nand by phone"\r\n${dialled(two)}\r\n\r\n${one}\r\n12,x\r\n"${three}",,n`;
    const { status, location, body } = await send(file);
    expect(status).toBe(200);
    expect(location).toBe(`/v1/suppressions/imports/${body.id}`);
    expect(body).toEqual({
      id: expect.any(String),
      list: 'account',
      account: tenant.accountId,
      state: 'done',
      total: 5,
      imported: 3,
      alreadyThere: 1,
      invalid: 1,
      invalidLines: [{ line: 7, reason: expect.stringContaining('too few digits') }],
      failure: null,
      startedAt: expect.any(String),
      finishedAt: expect.any(String),
    });
    expect(await entry(one)).toMatchObject({
      accountId: tenant.accountId,
      source: 'import',
      reason: 'asked us',
      note: 'by "mail", twice\nand by phone',
    });
    expect(await entry(two)).toMatchObject({ reason: null, note: null });
    expect(await entry(three)).toMatchObject({ reason: null, note: 'n' });
    expect((await read(body.id)).body).toEqual(body);
    expect((await send(file)).body).toMatchObject({ total: 5, imported: 0, alreadyThere: 4, invalid: 1 });
  });

  it.each([
    ['a column alone', (a: string, b: string) => `${a}\n${b}`],
    ['a column alone, the first longer than others', (a: string, b: string) => `${a}\n${b};why;n`],
    ['semicolons', (a: string, b: string) => `${a};why, oh why;n\n${b};why, oh why`],
    ['tabs', (a: string, b: string) => `${a}\twhy;\n${b}\twhy`],
    ['a byte order mark', (a: string, b: string) => `\ufeffPhone number;reason\r\n${a};why\r\n${b}\r\n`],
    ['a header with the columns elsewhere', (a: string, b: string) => `id,Reason,PHONE\n1,why,${a}\n2,why,${b}`],
    ['a header in another language', (a: string, b: string) => `Телефон\n${a}\n${b}`],
    ['line ends of old', (a: string, b: string) => `${a}\r${b}\r`],
    ['apostrophes for spreadsheets', (a: string, b: string) => `'${a}\n'${b.slice(1)}`],
    ['quotes that stand for themselves', (a: string, b: string) => `${a},the 5" one\n${b},so "said" he`],
  ])('reads a file with %s', async (_, file) => {
    const phones = [newPhone(), newPhone()] as const;
    expect((await send(file(...phones))).body).toMatchObject({ imported: 2, invalid: 0 });
    for (const phone of phones) expect(await entry(phone)).toMatchObject({ source: 'import' });
  });

  it('takes a phone for no header row, whatever stands beside it', async () => {
    expect((await send('no phone 12345678\n')).body).toMatchObject({
      total: 1,
      invalid: 1,
      invalidLines: [{ line: 1 }],
    });
    expect((await send('')).body).toMatchObject({ state: 'done', total: 0 });
  });

  it('reads the charset that the header names', async () => {
    const phone = newPhone();
    const cyrillic = Uint8Array.from([0xcf, 0xf0, 0xee, 0xf1, 0xe8, 0xeb]);
    const file = Buffer.concat([Buffer.from(`${phone};`), cyrillic, Buffer.from('\r\n')]);
    expect((await send(file, { type: 'text/csv; charset="windows-1251"' })).body).toMatchObject({ imported: 1 });
    expect(await entry(phone)).toMatchObject({ reason: 'Просил' });
  });

  it('names the first thousand rows that it could not read, and counts them all', async () => {
    const long = 'x'.repeat(1001);
    const lines = Array.from({ length: 5_998 }, (_, n) => `bad ${n}`);
    const { body } = await send(
      ['phone,reason,note', `${newPhone()},,${long}`, `${newPhone()},a\0b`, ...lines].join('\n'),
    );
    expect(body).toMatchObject({ state: 'done', total: 6_000, imported: 0, invalid: 6_000 });
    expect(body.invalidLines).toHaveLength(1_000);
    expect(body.invalidLines.slice(0, 2)).toEqual([
      { line: 2, reason: 'The note is longer than 1000 characters.' },
      { line: 3, reason: 'The reason holds a NUL character.' },
    ]);
    expect(body.invalidLines[999].line).toBe(1_001);
  });

  it('goes onto the list that is named', async () => {
    const [one, two] = [newPhone(), newPhone()];
    const all = await send(one, { key: operator, query: '?list=global' });
    expect(all.body).toMatchObject({ list: 'global', account: null, imported: 1 });
    expect(await entry(one)).toMatchObject({ accountId: null });
    expect((await send(dialled(two), { key: operator, query: `?account=${tenant.accountId}` })).body.imported).toBe(1);
    expect((await send(one, { key: operator })).body).toMatchObject({ code: 'account-required' });
    expect((await send(one, { query: '?list=global' })).status).toBe(403);
    const key = await newKey(house.db, tenant.accountId, ['suppressions:read']);
    expect((await send(one, { key })).status).toBe(403);
  });

  it.each([[{ type: 'application/json' }], [{ type: 'text/csv; charset=klingon' }], [{ encoding: 'gzip' }]])(
    'refuses %j',
    async (options) => {
      expect(await send(newPhone(), options)).toMatchObject({ status: 415, body: { code: 'unsupported-media-type' } });
    },
  );

  it('is in the audit log, with its counters and without phones', async () => {
    const { body } = await send(`${newPhone()}\nx1234567`);
    const log = await house.db
      .sql`SELECT actor, action, detail FROM audit_log WHERE object_id = ${body.id} ORDER BY id`;
    const who = { actor: 'test', action: 'suppression.import' };
    expect(log).toEqual([
      { ...who, detail: { state: 'running' } },
      { ...who, detail: { state: 'done', total: 2, imported: 1, alreadyThere: 0, invalid: 1 } },
    ]);
  });
});

describe('after an import is answered', () => {
  it('nothing leaves for its phones: what waits is suppressed, and what was claimed had its time', async () => {
    const sender = await newSender(house, [tenant.accountId]);
    const phones = [newPhone(), newPhone()] as const;
    const accept = async (to: string) =>
      (await post(house, tenant.key, { to, text: 'Hi', sender: sender.name })).body.id;
    const [waiting, open] = [await accept(phones[0]), await accept(phones[1])];
    const probe = { repeatWithinS: null, probe: false };
    expect((await claimSend(house.db, open, probe)).verdict).toBe('claimed');
    expect((await send(phones.join('\n'))).status).toBe(200);
    const [row] = await house.db.sql`SELECT lease_until <= clock_timestamp() AS over FROM messages WHERE id = ${open}`;
    expect(row?.over).toBe(true);
    expect(await claimSend(house.db, waiting, probe)).toMatchObject({ verdict: 'final', status: 'suppressed' });
    expect(await findMessage(house.db, waiting, null)).toMatchObject({ status: 'suppressed', source: 'suppress-list' });
  });
});

describe('an import that is under way', () => {
  it('can be followed under its id, which is used once', async () => {
    const id = randomUUID();
    const { req, end } = trickle(`?id=${id.toUpperCase()}`);
    // The reader looks ahead a little: the first 5,000 of them are written.
    const lines = Array.from({ length: 5_100 }, (_, n) => `+7998${2_000_000 + n}`);
    req.write(`${lines.join('\n')}\n`);
    const seen = await eventually(async () => {
      const { status, body } = await read(id);
      return status === 200 && body.total === 5_000 && body;
    });
    expect(seen).toMatchObject({ state: 'running', imported: 5_000, finishedAt: null });
    expect(await send(newPhone(), { query: `?id=${id}` })).toMatchObject({ status: 409, body: { code: 'conflict' } });
    req.write(`${newPhone()}\n`);
    expect(await end()).toBe(200);
    expect((await read(id)).body).toMatchObject({ state: 'done', total: 5_101, imported: 5_101 });
    expect((await send(newPhone(), { query: '?id=7' })).body).toMatchObject({ errors: [{ parameter: 'id' }] });
  });

  it('has one beside it and no third', async () => {
    const two = [trickle(''), trickle('')];
    for (const { req } of two) req.write(`${newPhone()}\n`);
    await eventually(async () => {
      const [row] = await house.db.sql`SELECT count(*)::int AS n FROM suppression_imports WHERE state = 'running'`;
      return row?.n === 2;
    });
    expect(await send(newPhone())).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
    expect(await Promise.all(two.map(({ end }) => end()))).toEqual([200, 200]);
    expect((await send(newPhone())).status).toBe(200);
  });

  it('takes no more from the client than it can write, and stands as failed when the client goes', async () => {
    const locker = openDb(house.databaseUrl, { connections: 1 });
    await locker.sql`BEGIN`;
    await locker.sql`LOCK TABLE suppressions IN EXCLUSIVE MODE`;
    const id = randomUUID();
    const { req } = trickle(`?id=${id}`);
    let n = 3_000_000;
    const note = 'x'.repeat(900);
    const lines = () => Array.from({ length: 100 }, () => `+7998${n++},,${note}\n`).join('');
    let taken = 0;
    let stalled = false;
    while (!stalled && taken < 200_000_000) {
      const chunk = lines();
      taken += chunk.length;
      const isFull = !req.write(chunk);
      if (isFull) {
        const drained = once(req, 'drain').then(() => false);
        stalled = await Promise.race([drained, new Promise<boolean>((resolve) => setTimeout(resolve, 1_000, true))]);
      }
    }
    expect(stalled).toBe(true);
    await locker.sql`ROLLBACK`;
    await locker.close();
    req.destroy();
    const failed = await eventually(async () => {
      const { body } = await read(id);
      return body.state === 'failed' && body;
    }, 60_000);
    expect(failed).toMatchObject({
      failure: 'The file broke off: its connection was closed.',
      invalid: expect.any(Number),
    });
    expect(failed.imported).toBeGreaterThanOrEqual(5_000);
    const [listed] = await house.db.sql`
      SELECT count(*)::int AS n FROM suppressions WHERE account_id = ${tenant.accountId} AND phone >= '+79983' AND phone < '+79984'`;
    expect(listed?.n).toBe(failed.imported);
  });
});

describe('a file that cannot be read', () => {
  it.each([
    ['is not in its charset', [Buffer.from([0xff, 0xfe, 0x41])], 'utf-8'],
    ['has an open quote', [Buffer.from('"+7999555'), Buffer.alloc(40_000, 'a\n')], 'longer than 32768'],
    ['ends within quotes', [Buffer.from('"+7999555')], 'Is a quote left open?'],
  ])('which %s leaves what came before on the list, and says where it stopped', async (_, rest, words) => {
    const phone = newPhone();
    const file = Buffer.concat([Buffer.from(`${phone}\n`), ...rest]);
    const { status, location, body } = await send(file);
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'invalid-request', errors: [{ code: 'unreadable-csv' }] });
    expect(body.detail).toContain(words);
    const { body: kept } = await call(house, 'GET', String(location), { key: tenant.key });
    expect(kept).toMatchObject({ state: 'failed', failure: body.detail, imported: kept.total });
    expect((await send(phone)).body).toMatchObject({ state: 'done', imported: 1 - kept.imported });
  });

  it('is answered although much of it is still to come', async () => {
    const file = Buffer.concat([Buffer.from([0xff]), Buffer.alloc(30_000_000, '+79995550000\n')]);
    expect((await send(file)).status).toBe(422);
  });

  it('may be too large, in bytes', async () => {
    async function* file() {
      for (let n = 0; n < 10; n++) yield Buffer.from('+79995550000\n');
    }
    const rows = async (maxBytes: number) => {
      let n = 0;
      for await (const { cells } of readCsv(file(), { charset: 'utf-8', maxBytes })) n += cells.length;
      return n;
    };
    expect(await rows(130)).toBe(10);
    await expect(rows(129)).rejects.toMatchObject({ isTooLarge: true });
  });
});

describe('GET /v1/suppressions/imports', () => {
  it('shows an account its own and an operator all, newest first', async () => {
    const other = await newTenant(house, { scopes: [...SCOPES] });
    const list = async (key: string, query = '') =>
      (await call(house, 'GET', `/v1/suppressions/imports${query}`, { key })).body;
    const ids = (page: { imports: { id: string }[] }) => page.imports.map(({ id }) => id);
    const own = [
      (await send(newPhone(), { key: other.key })).body.id,
      (await send(newPhone(), { key: other.key })).body.id,
    ];
    const all = (await send(newPhone(), { key: operator, query: '?list=global' })).body.id;
    expect(ids(await list(other.key))).toEqual([...own].reverse());
    expect(ids(await list(operator, '?limit=3'))).toEqual([all, ...[...own].reverse()]);
    expect(ids(await list(operator, '?list=global&limit=1'))).toEqual([all]);
    const first = await list(operator, `?account=${other.accountId}&limit=1`);
    expect(ids(first)).toEqual([own[1]]);
    expect(first.imports[0]).not.toHaveProperty('invalidLines');
    const second = await list(operator, `?account=${other.accountId}&limit=1&cursor=${first.nextCursor}`);
    expect(second).toMatchObject({ imports: [{ id: own[0] }], nextCursor: null });
    expect(await list(other.key, '?list=global')).toMatchObject({ code: 'forbidden' });
    expect((await read(own[0])).status).toBe(404);
    expect((await read(all)).status).toBe(404);
    expect((await read(all, operator)).status).toBe(200);
  });
});

it('no route answers a problem that it does not declare, and no phone is in the log', () => {
  expect(house.logged()).not.toContain('undeclaredProblem');
  expect(house.logged()).not.toMatch(/7999555|7998[23]/);
});

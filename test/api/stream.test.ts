/** What happens to messages, as server-sent events. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { StatusEventView } from '../../api/schemas/events.ts';
import { streamedSchema } from '../../api/schemas/stream.ts';
import type { Sender } from '../../db/senders.ts';
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
let sender: Sender;
beforeAll(async () => {
  house = await openHouse();
  tenant = await newTenant(house);
  sender = await newSender(house, [tenant.accountId]);
});
afterAll(() => house?.close());

interface Stream {
  response: Response;
  events: StatusEventView[];
  /** Cursors, by the ids of what came. */
  ids: string[];
  text: () => string;
  hasEnded: () => boolean;
}

async function follow(key: string, query = '', headers: Record<string, string> = {}, at = house): Promise<Stream> {
  const leave = new AbortController();
  onTestFinished(() => leave.abort());
  const response = await fetch(`${at.url}/v1/stream${query}`, {
    headers: { authorization: `Bearer ${key}`, ...headers },
    signal: leave.signal,
  });
  const stream = { response, events: [] as StatusEventView[], ids: [] as string[] };
  let text = '';
  let ended = false;
  const read = async () => {
    for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += part;
      const whole = [...text.matchAll(/event: status\nid: (.+)\ndata: (.+)\n\n/g)];
      stream.ids = whole.map(([, id = '']) => id);
      stream.events = whole.flatMap(([, , data = '']) => streamedSchema.strict().parse(JSON.parse(data)).events);
    }
  };
  void read().then(
    () => (ended = true),
    () => (ended = true),
  );
  return Object.assign(stream, { text: () => text, hasEnded: () => ended });
}

async function send(key = tenant.key, name = sender.name): Promise<string> {
  return (await post(house, key, { to: newPhone(), text: 'Hello', sender: name })).body.id;
}

const messagesOf = ({ events }: Stream) => events.map(({ message }) => message);

describe('GET /v1/stream', () => {
  it('tells what happens from now on, and nothing that was', async () => {
    const before = await send();
    // "Now" is after all transactions that are over, and after no other: one of another test may still be open.
    await eventually(async () => {
      const [row] = await house.db.sql`
        SELECT max(tx) < pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS past
        FROM message_events WHERE message_id = ${before}`;
      return row?.past === true;
    });
    const stream = await follow(tenant.key);
    expect(stream.response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(stream.response.headers.get('cache-control')).toBe('no-store');
    const id = await send();
    await eventually(async () => stream.events.length > 0);
    expect(stream.events[0]).toMatchObject({ message: id, type: 'accepted', account: tenant.accountId });
    expect(messagesOf(stream)).not.toContain(before);
  });

  it.each([
    ['Last-Event-ID', (id: string) => follow(tenant.key, '', { 'last-event-id': id })],
    ['cursor', (id: string) => follow(tenant.key, `?cursor=${id}`)],
  ])('goes on behind %s, at any API process', async (_, again) => {
    const stream = await follow(tenant.key);
    const first = await send();
    await eventually(async () => stream.ids.length > 0);
    const second = await send();
    const next = await again(stream.ids[0] ?? '');
    await eventually(async () => messagesOf(next).includes(second));
    expect(messagesOf(next)).not.toContain(first);
  });

  it('tells an account nothing of another', async () => {
    const other = await newTenant(house);
    const { name } = await newSender(house, [other.accountId]);
    const [theirs, all] = [await follow(other.key), await follow(await newKey(house.db, null, ['admin']))];
    await send();
    const id = await send(other.key, name);
    await eventually(async () => messagesOf(theirs).includes(id) && messagesOf(all).includes(id));
    expect(messagesOf(theirs)).toEqual([id]);
    expect(messagesOf(all)).toHaveLength(2);
    expect((await call(house, 'GET', `/v1/stream?account=${tenant.accountId}`, { key: other.key })).status).toBe(403);
  });

  it('shows that it lives, and ends when the key is revoked', async () => {
    const admin = await newKey(house.db, null, ['admin']);
    const key = await newKey(house.db, tenant.accountId, ['messages:read']);
    const { body } = await call(house, 'GET', '/v1/session', { key });
    const stream = await follow(key);
    await eventually(async () => stream.text().includes(': still here\n\n'));
    expect(stream.hasEnded()).toBe(false);
    await call(house, 'POST', `/v1/keys/${body.key.id}/revoke`, { key: admin });
    await eventually(async () => stream.hasEnded(), 15_000);
  });

  it('is refused where one key has ten already', async () => {
    const key = await newKey(house.db, tenant.accountId, ['messages:read']);
    for (let i = 0; i < 10; i++) await follow(key);
    await eventually(async () => (await call(house, 'GET', '/v1/stream', { key })).status === 429);
  });

  it('ends when the process does', async () => {
    const other = await openHouse();
    const stream = await follow(await newKey(other.db, null, ['admin']), '', {}, other);
    other.context.followers.stop();
    await eventually(async () => stream.hasEnded());
    await other.close();
  });

  it('takes no cursor that is none', async () => {
    const answer = await call(house, 'GET', '/v1/stream?cursor=x', { key: tenant.key });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ parameter: 'cursor' }] } });
  });
});

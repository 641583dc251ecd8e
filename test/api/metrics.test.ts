import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMetrics } from '../../api/metrics.ts';
import { claimSend, recordSend } from '../../db/claims.ts';
import { openDb } from '../../db/connection.ts';
import { cancelMessage, recordNotFound, settleMessage } from '../../db/deliveries.ts';
import { DELIVERY_BUCKETS, rollUp } from '../../db/metrics.ts';
import { applyReports } from '../../db/reports.ts';
import type { Sender } from '../../db/senders.ts';
import { suppressPhone } from '../../db/suppressions.ts';
import type { Outcome } from '../../sms/outcome.ts';
import { allDecided } from '../db/decided.ts';
import {
  call,
  type House,
  newKey,
  newPhone,
  newSender,
  newTenant,
  openHouse,
  post,
  type Tenant,
  unique,
} from './house.ts';

let house: House;
let tenant: Tenant;
beforeAll(async () => {
  house = await openHouse();
  tenant = await newTenant(house);
});
afterAll(async () => {
  await house?.close();
});

const scrape = (key?: string) => call(house, 'GET', '/metrics', key === undefined ? {} : { key });

/** Of one sender, by its lines: `name{labels but sender and gateway}` → value. */
async function seriesOf(sender: Sender, db = house.db): Promise<Record<string, number>> {
  await allDecided(db);
  const text = await createMetrics(db).text();
  const mine = text.split('\n').filter((line) => line.includes(`sender="${sender.name}",gateway="${sender.gateway}"`));
  return Object.fromEntries(
    mine.map((line) => {
      const [, name, labels = '', value] = /^(\w+)\{sender="[^"]*",gateway="[^"]*",?(.*)\} (\S+)$/.exec(line) ?? [];
      return [labels === '' ? String(name) : `${name}{${labels}}`, Number(value)];
    }),
  );
}

async function accept(sender: Sender, input: object = {}): Promise<string> {
  const { body } = await post(house, tenant.key, { to: newPhone(), text: 'Hello', sender: sender.name, ...input });
  return body.id;
}

async function submit(id: string, outcome: Outcome, repeatWithinS: number | null = null): Promise<void> {
  const claim = await claimSend(house.db, id, { repeatWithinS, probe: false });
  if (claim.verdict !== 'claimed') throw new Error(claim.verdict);
  await recordSend(house.db, id, claim.attempt, outcome, { evidence: {}, idPhone: '' });
}

async function report(sender: Sender, gatewayId: string, status: 'sent' | 'delivered' | 'undelivered'): Promise<void> {
  const reports = [{ gatewayId, status, raw: status }];
  await applyReports(house.db, sender.gatewayAccountId, 'report', reports, { idScope: 'account' });
}

const taken = (id: string): Outcome => ({ kind: 'accepted', ids: [{ id }] });
const NOT_SENT: Outcome = { kind: 'not-sent', class: 'rate-limited', detail: 'slower', holdSender: false };
const REFUSED: Outcome = { kind: 'refused', class: 'invalid-recipient', optOut: false };
const UNCERTAIN: Outcome = { kind: 'uncertain', class: 'temporary', detail: 'cut' };

async function delivered(sender: Sender): Promise<string> {
  const [id, gatewayId] = [await accept(sender), unique()];
  await submit(id, taken(gatewayId));
  await report(sender, gatewayId, 'delivered');
  return id;
}

describe('GET /metrics', () => {
  it('is for the token of the settings, or a key of an administrator', async () => {
    expect((await scrape()).status).toBe(401);
    expect((await scrape('a-token-that-nobody-has')).status).toBe(401);
    expect((await scrape(await newKey(house.db, null, ['messages:read']))).status).toBe(403);
    const byKey = await scrape(await newKey(house.db, null, ['admin']));
    expect(byKey.status).toBe(200);
    expect(byKey.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    house.context.metricsToken = 'a-token-of-the-settings';
    expect((await scrape('a-token-of-the-settings')).status).toBe(200);
    expect((await scrape('a-token-of-the-setting')).status).toBe(401);
    house.context.metricsToken = undefined;
    expect((await scrape('a-token-of-the-settings')).status).toBe(401);
  });

  it('is in the form of Prometheus, with the metrics of the process', async () => {
    await newSender(house, [tenant.accountId], { name: 'a "name"\\with\nall' }).then(accept);
    await allDecided(house.db);
    const text = await createMetrics(house.db).text();
    expect(text).toContain('durable_sms_accepted_total{sender="a \\"name\\"\\\\with\\nall",gateway="infobip"} 1');
    expect(text).toMatch(/^process_resident_memory_bytes \d+/m);
    for (const line of text.split('\n')) {
      expect(line).toMatch(/^(# (HELP|TYPE) [a-z0-9_]+ .*|[a-z0-9_]+(\{([a-z_]+="([^"\\]|\\.)*",?)+\})? [-+\w.]+|)$/);
    }
    const names = [...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('the metrics of a sender', () => {
  it('count what was accepted, submitted, ended and corrected, and what is open', async () => {
    const sender = await newSender(house, [tenant.accountId]);
    await delivered(sender);
    const [waiting, corrected, refused, uncertain, cancelled] = await Promise.all(
      Array.from({ length: 5 }, () => accept(sender)),
    );
    const phone = newPhone();
    await accept(sender, { to: phone });
    await suppressPhone(house.db, { phone, accountIds: [tenant.accountId], global: false, source: 'api' });
    await submit(waiting ?? '', NOT_SENT);
    const gatewayId = unique();
    await submit(corrected ?? '', taken(gatewayId));
    await report(sender, gatewayId, 'undelivered');
    await report(sender, gatewayId, 'delivered');
    await submit(refused ?? '', REFUSED);
    await submit(uncertain ?? '', UNCERTAIN);
    await cancelMessage(house.db, cancelled ?? '', null);
    const inFlight = await accept(sender);
    await submit(inFlight, taken(unique()));
    const { durable_sms_delivery_seconds_sum: seconds, ...series } = await seriesOf(sender);
    expect(seconds).toBeGreaterThan(0);
    const buckets = [...DELIVERY_BUCKETS, '+Inf'].map((le) => [`durable_sms_delivery_seconds_bucket{le="${le}"}`, 1]);
    expect(series).toEqual({
      durable_sms_accepted_total: 8,
      'durable_sms_submits_total{outcome="accepted",class=""}': 3,
      'durable_sms_submits_total{outcome="not-sent",class="rate-limited"}': 1,
      'durable_sms_submits_total{outcome="refused",class="invalid-recipient"}': 1,
      'durable_sms_submits_total{outcome="uncertain",class="temporary"}': 1,
      'durable_sms_ended_total{status="delivered"}': 1,
      'durable_sms_ended_total{status="undelivered"}': 1,
      'durable_sms_ended_total{status="rejected"}': 1,
      'durable_sms_ended_total{status="suppressed"}': 1,
      'durable_sms_ended_total{status="cancelled"}': 1,
      'durable_sms_corrections_total{status="delivered",was="undelivered"}': 1,
      durable_sms_waiting: 2,
      durable_sms_in_flight: 1,
      durable_sms_uncertain: 1,
      durable_sms_delivery_seconds_count: 1,
      ...Object.fromEntries(buckets),
    });
  });

  it('time a delivery from when it was to be sent', async () => {
    const sender = await newSender(house, [tenant.accountId]);
    for (const seconds of [0.5, 4, 700, 100_000]) {
      const [id, gatewayId] = [await accept(sender), unique()];
      await submit(id, taken(gatewayId));
      await house.db.sql`
        UPDATE messages SET accepted_at = now() - interval '1 year', send_at = now() - make_interval(secs => ${seconds})
        WHERE id = ${id}`;
      await report(sender, gatewayId, 'delivered');
    }
    const series = await seriesOf(sender);
    const upTo = (le: string) => series[`durable_sms_delivery_seconds_bucket{le="${le}"}`];
    expect(['1', '2', '5', '600', '1800', '86400', '+Inf'].map(upTo)).toEqual([1, 1, 2, 2, 3, 3, 4]);
    expect(series.durable_sms_delivery_seconds_sum).toBeGreaterThan(100_704);
    expect(series.durable_sms_delivery_seconds_sum).toBeLessThan(100_760);
  });

  it('say of open messages what the books say, whatever happened to them', async () => {
    const sender = await newSender(house, [tenant.accountId], { onUncertain: 'resend' });
    for (let i = 0; i < 40; i++) await anything(sender, i);
    const [books] = await house.db.sql`
      SELECT count(*) FILTER (WHERE status IN ('accepted', 'sending'))::int AS waiting,
        count(*) FILTER (WHERE status = 'sent')::int AS in_flight,
        count(*) FILTER (WHERE status IN ('accepted', 'sending') AND uncertain_at IS NOT NULL)::int AS uncertain
      FROM messages WHERE sender_id = ${sender.id}`;
    const series = await seriesOf(sender);
    expect({
      waiting: series.durable_sms_waiting,
      inFlight: series.durable_sms_in_flight,
      uncertain: series.durable_sms_uncertain,
    }).toEqual(books);
    expect(books).toEqual({ waiting: 16, inFlight: 8, uncertain: 6 });
  });

  /** One of every way that a message can go. */
  async function anything(sender: Sender, i: number): Promise<void> {
    const [id, gatewayId] = [await accept(sender), unique()];
    const early = async () => {
      await claimSend(house.db, id, { repeatWithinS: null, probe: false });
      await house.db.sql`
        INSERT INTO gateway_messages (gateway_account_id, gateway_id, message_id)
        VALUES (${sender.gatewayAccountId}, ${gatewayId}, ${id})`;
      await report(sender, gatewayId, i % 3 === 0 ? 'sent' : 'delivered');
      await recordSend(house.db, id, 1, taken(gatewayId), { evidence: {}, idPhone: '' });
    };
    switch (i % 10) {
      case 0:
        return;
      case 1:
        return await submit(id, NOT_SENT);
      case 2:
        return await submit(id, UNCERTAIN);
      case 3:
        await submit(id, UNCERTAIN);
        await submit(id, taken(gatewayId), 3600);
        if (i > 20) await recordSend(house.db, id, 1, taken(unique()), { evidence: {}, idPhone: '' });
        return;
      case 4:
      case 5:
        return await early();
      case 6:
        await submit(id, UNCERTAIN);
        await house.db.sql`
          UPDATE messages SET uncertain_at = now() - interval '1 hour', answer_by = now() - interval '1 hour'
          WHERE id = ${id}`;
        await recordNotFound(house.db, id, 1);
        if (i > 30) await recordSend(house.db, id, 1, taken(gatewayId), { evidence: {}, idPhone: '' });
        if (i > 20) await cancelMessage(house.db, id, null);
        return;
      case 7:
        await house.db.sql`UPDATE messages SET expires_at = now(), report_by = now() WHERE id = ${id}`;
        return void (await settleMessage(house.db, id));
      case 8:
        await submit(id, UNCERTAIN);
        await house.db.sql`UPDATE messages SET report_by = now() WHERE id = ${id} AND ${i} > 20`;
        return void (await settleMessage(house.db, id));
      default:
        await submit(id, taken(gatewayId));
        if (i > 10) await report(sender, gatewayId, 'undelivered');
    }
  }
});

describe('the counts', () => {
  it('are right with several processes that count at once, and outlive them', async () => {
    const sender = await newSender(house, [tenant.accountId]);
    const processes = Array.from({ length: 4 }, () => openDb(house.databaseUrl, { connections: 2 }));
    let working = true;
    const counting = processes.map(async (db) => {
      while (working) await rollUp(db, 50);
    });
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let i = 0; i < 5; i++) await delivered(sender);
      }),
    );
    working = false;
    await Promise.all(counting);
    await allDecided(house.db);
    await rollUp(house.db, 1_000);
    const series = await Promise.all([...processes, house.db].map((db) => seriesOf(sender, db)));
    for (const one of series) {
      expect(one).toEqual(series[0]);
      expect(one).toMatchObject({
        durable_sms_accepted_total: 40,
        'durable_sms_ended_total{status="delivered"}': 40,
        durable_sms_delivery_seconds_count: 40,
        durable_sms_waiting: 0,
        durable_sms_in_flight: 0,
      });
    }
    await Promise.all(processes.map((db) => db.close()));
  });

  it('of two senders that had the same name one after the other are one', async () => {
    const name = `again ${unique()}`;
    const first = await newSender(house, [tenant.accountId], { name });
    await delivered(first);
    await house.db.sql`UPDATE senders SET archived_at = now() WHERE id = ${first.id}`;
    const second = await newSender(house, [tenant.accountId], { name });
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    await delivered(second);
    expect(await seriesOf(second)).toMatchObject({ durable_sms_accepted_total: 2 });
    const text = await createMetrics(house.db).text();
    expect(
      text.split('\n').filter((line) => line.startsWith(`durable_sms_accepted_total{sender="${name}"`)),
    ).toHaveLength(1);
  });

  it('say how far they are behind', async () => {
    const behind = async () =>
      Number(/^durable_sms_behind_seconds (\S+)$/m.exec(await createMetrics(house.db).text())?.[1]);
    await allDecided(house.db);
    expect(await behind()).toBe(0);
    const sender = await newSender(house, [tenant.accountId]);
    let line = 0;
    await house.db.sql.begin(async (tx) => {
      await tx`SELECT pg_current_xact_id()`;
      await accept(sender);
      await new Promise((resolve) => setTimeout(resolve, 300));
      line = await behind();
    });
    expect(line).toBeGreaterThan(0.25);
  });
});

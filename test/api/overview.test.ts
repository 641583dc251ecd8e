/** The figures of the overview equal what is counted one by one. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type OverviewView, overviewSchema } from '../../api/schemas/overview.ts';
import { claimSend, recordSend } from '../../db/claims.ts';
import { applyReports } from '../../db/reports.ts';
import { noteTrouble } from '../../db/sender-health.ts';
import type { Sender } from '../../db/senders.ts';
import {
  call,
  type House,
  newKey,
  newPhone,
  newSender,
  newTenant,
  openHouse,
  post,
  submitted,
  type Tenant,
} from './house.ts';

let house: House;
let operator: string;
beforeAll(async () => {
  house = await openHouse();
  operator = await newKey(house.db, null, ['messages:read', 'senders:read']);
});
afterAll(() => house?.close());

let tenant: Tenant;
let sender: Sender;
beforeEach(async () => {
  tenant = await newTenant(house);
  sender = await newSender(house, [tenant.accountId]);
});

/** Of the account alone, and never one that was kept from before. */
async function overview(key = operator, query = `account=${tenant.accountId}`): Promise<OverviewView> {
  const { status, body } = await call(house, 'GET', `/v1/overview?${query}`, { key });
  expect(status).toBe(200);
  expect(overviewSchema.strict().parse(body)).toEqual(body);
  return body;
}

/** Taken so long ago, and ended so many seconds after it. */
async function ended(
  status: 'delivered' | 'undelivered',
  { agoS, tookS }: { agoS: number; tookS: number },
  by = sender,
): Promise<string> {
  const { id, gatewayId } = await submitted(house, tenant, by);
  const idScope = by.gateway === 'smsc' ? 'account-and-phone' : 'account';
  const { sql } = house.db;
  const [row] = await sql`SELECT phone FROM messages WHERE id = ${id}`;
  const report = { gatewayId, phone: row?.phone as string, status, raw: status };
  await applyReports(house.db, by.gatewayAccountId, 'report', [report], { idScope });
  await sql`
    UPDATE messages SET accepted_at = now() - make_interval(secs => ${agoS + tookS}),
      send_at = now() - make_interval(secs => ${agoS + tookS}),
      submitted_at = now() - make_interval(secs => ${agoS + tookS / 2}),
      final_at = now() - make_interval(secs => ${agoS}) WHERE id = ${id} AND status = ${status}`;
  await sql`
    UPDATE message_events e SET at = CASE e.kind WHEN 'final' THEN m.final_at ELSE m.submitted_at END
    FROM messages m WHERE m.id = e.message_id AND m.id = ${id} AND e.kind IN ('outcome', 'final')`;
  return id;
}

const sum = (numbers: number[]) => numbers.reduce((so, one) => so + one, 0);

const near = (seconds: number) => ({
  asymmetricMatch: (told: unknown) => Math.abs(Number(told) - seconds) <= 0.05 * seconds,
});

describe('GET /v1/overview', () => {
  it('counts what was sent and delivered by minute, and by quarter of an hour', async () => {
    for (const agoS of [5, 130, 135, 1_800]) await ended('delivered', { agoS, tookS: 1 });
    await ended('undelivered', { agoS: 130, tookS: 1 });
    await ended('delivered', { agoS: 3 * 3600, tookS: 1 });
    await ended('delivered', { agoS: 25 * 3600, tookS: 1 });
    const day = await overview(operator, `account=${tenant.accountId}&window=24h`);
    const hour = await overview();
    for (const [shown, steps, stepSeconds] of [
      [hour, 60, 60],
      [day, 96, 900],
    ] as const) {
      expect(shown).toMatchObject({ stepSeconds });
      expect(shown.steps).toHaveLength(steps);
      expect(shown.steps[0]?.at).toBe(shown.since);
      for (const [i, step] of shown.steps.entries()) {
        const at = Date.parse(shown.since) + i * stepSeconds * 1000;
        expect(Date.parse(step.at)).toBe(at);
        const [counted] = await house.db.sql`
          SELECT
            count(*) FILTER (WHERE submitted_at >= ${new Date(at)} AND submitted_at < ${new Date(at + stepSeconds * 1000)})::int AS sent,
            count(*) FILTER (WHERE status = 'delivered' AND final_at >= ${new Date(at)}
              AND final_at < ${new Date(at + stepSeconds * 1000)})::int AS delivered
          FROM messages WHERE account_id = ${tenant.accountId}`;
        expect(step).toMatchObject({ ...counted });
      }
    }
    expect([sum(hour.steps.map(({ sent }) => sent)), sum(hour.steps.map(({ delivered }) => delivered))]).toEqual([
      5, 4,
    ]);
    expect([sum(day.steps.map(({ sent }) => sent)), sum(day.steps.map(({ delivered }) => delivered))]).toEqual([6, 5]);
  });

  it('tells the delivery rate of each gateway, and its times to within 5 %', async () => {
    const smsc = await newSender(house, [tenant.accountId], { gateway: 'smsc' });
    for (const tookS of [2, 4, 6, 8, 100]) await ended('delivered', { agoS: 60, tookS });
    for (let i = 0; i < 3; i++) await ended('undelivered', { agoS: 60, tookS: 1000 });
    await ended('undelivered', { agoS: 60, tookS: 1 }, smsc);
    await submitted(house, tenant, smsc);
    const { gateways } = await overview();
    expect(gateways).toEqual([
      {
        ...{ gateway: 'infobip', sent: 8, ended: 8, delivered: 5, deliveryRate: 5 / 8 },
        p50: near(6),
        p95: near(8 + 0.8 * 92),
      },
      { gateway: 'smsc', sent: 2, ended: 1, delivered: 0, deliveryRate: 0, p50: null, p95: null },
    ]);
  });

  it('counts a refusal as an end at the gateway, and not what never reached it', async () => {
    const [refused, cancelled] = await Promise.all(
      [1, 2].map(
        async () => (await post(house, tenant.key, { to: newPhone(), text: 'x', sender: sender.name })).body.id,
      ),
    );
    const claim = await claimSend(house.db, refused, { repeatWithinS: null, probe: false });
    if (claim.verdict !== 'claimed') throw new Error(claim.verdict);
    const outcome = { kind: 'refused' as const, class: 'invalid-recipient' as const, code: '7', optOut: false };
    await recordSend(house.db, refused, claim.attempt, outcome, { evidence: {}, idPhone: '' });
    await call(house, 'POST', `/v1/messages/${cancelled}/cancel`, { key: tenant.key });
    const statuses = await house.db.sql`
      SELECT status FROM messages WHERE account_id = ${tenant.accountId} ORDER BY status`;
    expect(statuses.map(({ status }) => status)).toEqual(['cancelled', 'rejected']);
    expect((await overview()).gateways).toMatchObject([
      { gateway: 'infobip', sent: 0, ended: 1, delivered: 0, deliveryRate: 0 },
    ]);
  });

  it('counts what waits and what is uncertain', async () => {
    for (let i = 0; i < 3; i++) await post(house, tenant.key, { to: newPhone(), text: 'x', sender: sender.name });
    const { id } = (await post(house, tenant.key, { to: newPhone(), text: 'x', sender: sender.name })).body;
    const claim = await claimSend(house.db, id, { repeatWithinS: null, probe: false });
    if (claim.verdict !== 'claimed') throw new Error(claim.verdict);
    const outcome = { kind: 'uncertain' as const, class: 'temporary' as const, detail: 'cut' };
    await recordSend(house.db, id, claim.attempt, outcome, { evidence: {}, idPhone: '' });
    const shown = await overview();
    expect(shown).toMatchObject({ waiting: 3, uncertain: 1 });
    expect(shown.senders).toMatchObject([
      { id: sender.id, state: 'active', waiting: 3, uncertain: 1, lastError: null },
    ]);
  });

  it('names senders in trouble, the worst first, and only those of the account', async () => {
    const [paused, troubled, past, fine] = [
      await newSender(house, [tenant.accountId]),
      await newSender(house, [tenant.accountId]),
      await newSender(house, [tenant.accountId]),
      await newSender(house, [tenant.accountId]),
    ];
    const { sql } = house.db;
    await sql`UPDATE senders SET paused_at = now(), paused_by = 'Ann' WHERE id = ${paused.id}`;
    await sql`UPDATE senders SET held_for = 'auth', held_at = now(), probe_at = now() WHERE id = ${sender.id}`;
    await noteTrouble(house.db, troubled.id, { kind: 'not-sent', class: 'temporary', code: '503' });
    await noteTrouble(house.db, past.id, { kind: 'not-sent', class: 'temporary' });
    await sql`UPDATE sender_errors SET last_at = now() - interval '2 hours' WHERE sender_id = ${past.id}`;
    await noteTrouble(house.db, fine.id, { kind: 'refused', class: 'invalid-recipient', code: '7' });
    const other = await newTenant(house);
    const theirs = await newSender(house, [other.accountId]);
    await sql`UPDATE senders SET paused_at = now() WHERE id = ${theirs.id}`;
    const { senders } = await overview();
    expect(senders).toMatchObject([
      { id: sender.id, state: 'held', heldFor: 'auth', pausedBy: null, since: expect.any(String) },
      { id: paused.id, state: 'paused', heldFor: null, pausedBy: 'Ann', since: expect.any(String) },
      {
        ...{ id: troubled.id, state: 'active', since: null },
        lastError: { errorClass: 'temporary', outcome: 'not-sent', errorCode: '503' },
      },
    ]);
    const all = await overview(operator, 'window=24h');
    expect(all.senders?.map(({ id }) => id)).toEqual(expect.arrayContaining([past.id, theirs.id]));
    expect(all.senders?.map(({ id }) => id)).not.toContain(fine.id);
  });

  it("shows an account's key its own account, and senders only with their scope", async () => {
    await ended('delivered', { agoS: 10, tookS: 1 });
    const own = await overview(tenant.key, '');
    expect(own).toMatchObject({ senders: null, gateways: [{ sent: 1, delivered: 1 }] });
    const withSenders = await newKey(house.db, tenant.accountId, ['messages:read', 'senders:read']);
    expect((await overview(withSenders, '')).senders).toEqual([]);
    const { id } = await newSender(house, [tenant.accountId]);
    await house.db.sql`UPDATE senders SET paused_at = now(), paused_by = 'Ann: has not paid' WHERE id = ${id}`;
    await noteTrouble(house.db, id, { kind: 'not-sent', class: 'temporary', code: '503' });
    await expect
      .poll(async () => (await overview(withSenders, '')).senders)
      .toMatchObject([{ id, state: 'paused', pausedBy: null, lastError: null }]);
    const other = await newTenant(house);
    const refused = await call(house, 'GET', `/v1/overview?account=${tenant.accountId}`, { key: other.key });
    expect(refused.status).toBe(403);
    expect((await overview(other.key, '')).gateways).toEqual([]);
    expect((await overview(operator, '')).gateways.length).toBeGreaterThan(0);
  });

  it('refuses another window', async () => {
    const { status, body } = await call(house, 'GET', '/v1/overview?window=7d&account=x', { key: operator });
    expect([status, body.errors]).toMatchObject([422, [{ parameter: 'window' }, { parameter: 'account' }]]);
  });
});

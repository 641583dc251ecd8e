/**
 * What Temporal keeps of deliveries on every path: no phone and no text, within the budgets. With RECORD_HISTORIES set to
 * test/histories the replay test gets them anew.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { billableActions } from '../../bench/actions.ts';
import { idleStatements, statementsSoFar } from '../../bench/statements.ts';
import { historyOf as ended, expectNoSecrets, keepHistory } from './histories.ts';
import { phone } from './phones.ts';
import { addSenders } from './senders.ts';
import { eventually, isFinal, type System, startSystem } from './system.ts';

let system: System;
const paths = new Map<string, { id: string; to: string }>();

beforeAll(async () => {
  system = await startSystem();
  await addSenders(system, 'histories', (gateway) => ({
    awaitDeliveryS: 1,
    defaultValidityS: gateway === 'playmobile' ? 3 : 60,
    reportGraceS: 3,
  }));

  const send = async (path: string, sender: string, magic: string, more: object = {}) => {
    const to = phone(sender, magic);
    paths.set(path, { id: await system.send({ to, sender, ...more }), to });
  };
  await send('report in time', 'infobip', '000');
  await send('report late, polled', 'infobip', '904');
  await send('refused', 'smsc', '911');
  await send('429, then delivered', 'infobip', '921');
  await send('uncertain, repeated', 'infobip', '932');
  await send('uncertain, asked for, found', 'smsc', '932');
  await send('uncertain, asked for, not found, sent again', 'smsc', '931');
  await send('uncertain for ever', 'playmobile', '931');
  await send('cancelled', 'infobip', '000', { sendAt: new Date(Date.now() + 5_000).toISOString() });
  await system.request('POST', `/v1/messages/${paths.get('cancelled')?.id}/cancel`);
  await Promise.all([...paths.values()].map(({ id }) => system.until(id, isFinal, 100_000)));
}, 180_000);
afterAll(() => system?.stop());

const historyOf = (path: string) => ended(system, paths.get(path)?.id ?? '');

it('holds no phone number and no text, on any path', async () => {
  for (const [path, { to }] of paths) expectNoSecrets(path, await historyOf(path), to);
});

it.each([
  ['report in time', 18, 5],
  ['report late, polled', 24, 6],
])('%s: at most %i events and %i billable actions', async (path, mostEvents, mostActions) => {
  const history = await historyOf(path);
  const [events, actions] = [history.events?.length, billableActions(history)];
  process.stdout.write(`${path}: ${events} events, ${actions} billable actions\n`);
  expect(events).toBeLessThanOrEqual(mostEvents);
  expect(actions).toBeLessThanOrEqual(mostActions);
});

it('keeps histories for the replay test, where it is asked to', async () => {
  for (const path of paths.keys()) {
    // A delivery that ended before its time never ran.
    if (path !== 'cancelled') keepHistory(path, await historyOf(path));
  }
});

/** Busy connections tell of their commits once a second. What is left out at the end is left out at the beginning too. */
const TOLD_WITHIN_MS = 1_200;
const IDLE_MS = 3_000;

/** A hundred messages each, on a machine that does little else. */
it.runIf(process.env.FULL).each([
  // 6 for the message itself; settings and keys are looked up again every few seconds, which weighs more on a slow machine.
  ['report in time', 'demo-infobip', '000', 7.5],
  // The poll asks the books where the message stands before and after, takes its slot, and writes what it was told.
  ['report late, polled', 'infobip', '904', 10],
])('%s: SQL statements from accept to the end', { timeout: 90_000 }, async (path, sender, magic, most) => {
  const ROUNDS = 4;
  const AT_ONCE = 25;
  const before = await statementsSoFar(system.db.sql, TOLD_WITHIN_MS);
  const started = Date.now();
  for (let round = 0; round < ROUNDS; round++) {
    const sent = Array.from({ length: AT_ONCE }, () => system.send({ to: phone('infobip', magic), sender }));
    await Promise.all((await Promise.all(sent)).map(workflowCompleted));
  }
  const seconds = (Date.now() - started) / 1000;
  const made = (await statementsSoFar(system.db.sql, TOLD_WITHIN_MS)) - before;
  // What housekeeping and the workers need by themselves; earlier messages may still be asked after, so the least counts.
  const perSecond = Math.min(await idle(), await idle());
  const perSms = (made - perSecond * seconds) / (ROUNDS * AT_ONCE);
  process.stdout.write(
    `${path}: ${perSms.toFixed(2)} SQL statements (${perSecond.toFixed(1)}/s without load are taken off)\n`,
  );
  expect(perSms).toBeLessThanOrEqual(most);
});

const idle = () => idleStatements(system.db.sql, IDLE_MS);

/** Asks Temporal, not the books, whose statements are counted. */
async function workflowCompleted(id: string): Promise<void> {
  const describe = () => system.temporal.workflow.getHandle(id).describe();
  const status = () =>
    describe()
      .then(({ status }) => status.name)
      .catch(() => undefined);
  await eventually(status, (name) => name === 'COMPLETED', 20_000, 400);
}

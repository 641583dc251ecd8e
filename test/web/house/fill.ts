/** Fills a running house with what its pages show: all by the API and the simulated phones, as it comes about in life. */
import { settleMessage } from '../../../db/deliveries.ts';
import { backdate } from './backdate.ts';
import { batch, call, control, eventually, type House, made, patch, post } from './calls.ts';
import {
  ACCOUNTS,
  type AccountName,
  ANSWERS,
  FOREIGN_IDS,
  HELD,
  type HouseSender,
  IMPORTED,
  KEYS,
  PAUSED,
  PAUSED_FOR,
  phoneFor,
  random,
  SENDERS,
  SUPPRESSED,
} from './made-up.ts';
import { messageOf, plan, senderNamed } from './plan.ts';

/** What there are pages of: ids. */
export interface Filled {
  account(name: AccountName): string;
  sender(name: string): string;
  /** Of the import. */
  importId: string;
  /** The last one that stands there. */
  message(status: string): string;
  /** On two suppress lists. */
  suppressedPhone: string;
}

const IN_A_REQUEST = 100;

/** @param messages how many come to an end; some more wait */
export async function fillHouse(house: House, { messages }: { messages: number }): Promise<Filled> {
  const accounts = await makeAccounts(house);
  const senders = await makeSenders(house, accounts);
  const { importId, suppressedPhone } = await fillLists(house, accounts);
  await answerFromPhones(house);
  await post(house, `/v1/senders/${senders.get(PAUSED.name)}/pause`, { reason: PAUSED_FOR });
  await send(house, accounts, messages);
  await strayCalls(house, senders);
  await untilSettled(house);
  await endUnknown(house);
  await change(house, senders, accounts);
  await backdate(house.db, random(7));
  const rows = await house.db.sql`SELECT DISTINCT ON (status) status, id FROM messages ORDER BY status, id DESC`;
  const last = new Map(rows.map(({ status, id }) => [String(status), String(id)]));
  return {
    account: (name) => known(accounts, name),
    sender: (name) => known(senders, name),
    message: (status) => known(last, status),
    importId,
    suppressedPhone,
  };
}

type Ids = ReadonlyMap<string, string>;

function known(ids: Ids, name: string): string {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`there is no ${name}`);
  return id;
}

async function makeAccounts(house: House): Promise<Ids> {
  const ids = new Map<string, string>();
  for (const account of ACCOUNTS) ids.set(account.name, await made(house, '/v1/accounts', account));
  for (const { account, ...key } of KEYS) {
    await post(house, '/v1/keys', { ...key, account: account === null ? null : known(ids, account) });
  }
  return ids;
}

async function makeSenders(house: House, accounts: Ids): Promise<Ids> {
  const ids = new Map<string, string>();
  for (const sender of [...SENDERS, HELD, PAUSED]) {
    const { name, gateway, wire = gateway, login, settings, simulated, callerId, rateLimit } = sender;
    const { id, hooks } = await post<{ id: string; hooks: { reports: string } | null }>(house, '/v1/senders', {
      name,
      gateway,
      settings: settings(house.simulatorUrl),
      accounts: sender.accounts.map((account) => known(accounts, account)),
      defaultCallerId: callerId,
      stopWords: ['ОТПИСКА'],
      ...(rateLimit === undefined ? {} : { rateLimit }),
    });
    const hook = hooks?.reports.replace(/\/reports$/, '');
    await control(house, 'accounts', {
      wire,
      login,
      ...simulated,
      ...(hook && { hooks: { reports: hook, inbound: hook } }),
    });
    ids.set(name, id);
  }
  return ids;
}

async function fillLists(house: House, accounts: Ids): Promise<{ importId: string; suppressedPhone: string }> {
  for (const { n, account, ...entry } of SUPPRESSED) {
    const list = account === null ? { list: 'global' } : { account: known(accounts, account) };
    await post(house, '/v1/suppressions', { phone: phoneFor('', String(n)), ...list, ...entry });
  }
  const suppressedPhone = phoneFor('', '503');
  const account = known(accounts, 'Blackbird Books');
  await post(house, '/v1/suppressions', { phone: suppressedPhone, account, reason: 'complaint' });
  const { id } = await call<{ id: string }>(house, `/v1/suppressions/import?account=${account}`, {
    body: IMPORTED,
    headers: { 'content-type': 'text/csv' },
  });
  return { importId: id, suppressedPhone };
}

async function answerFromPhones(house: House): Promise<void> {
  for (const { sender: name, n, text } of ANSWERS) {
    const { gateway, wire = gateway, login, callerId } = senderNamed(name);
    await control(house, 'inbound', { wire, login, from: phoneFor(gateway, `0${n}`), to: callerId, text });
  }
  await eventually(async () => {
    const texts = await house.db.sql`SELECT text FROM inbound`;
    return ANSWERS.slice(texts.length);
  });
}

/** Those that end, those that wait, and those that were planned and cancelled. */
async function send(house: House, accounts: Ids, count: number): Promise<void> {
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  const waiting = (sender: HouseSender, most: number, more = {}) =>
    Array.from({ length: most }, (_, n) => ({ ...messageOf(sender, n, `2${10 + n}`), ...more }));
  const [books, pharmacy] = [known(accounts, 'Blackbird Books'), known(accounts, 'Volga Pharmacy')];
  await batch(house, pharmacy, waiting(HELD, 3));
  await batch(house, books, waiting(PAUSED, 14));
  const orders = senderNamed('smsc-orders');
  await batch(house, books, waiting(orders, 2, { sendAt: tomorrow }));
  const cancelled = await batch(house, books, waiting(orders, 3, { sendAt: tomorrow }));
  for (const id of cancelled) await post(house, `/v1/messages/${id}/cancel`);
  const dice = random(42);
  const planned = Array.from({ length: count }, (_, n) => plan(n, dice));
  for (let from = 0; from < planned.length; from += IN_A_REQUEST) {
    const some = planned.slice(from, from + IN_A_REQUEST);
    for (const { name } of ACCOUNTS) {
      const messages = some.filter(({ account }) => account === name).map(({ message }) => message);
      if (messages.length > 0) await batch(house, known(accounts, name), messages);
    }
  }
}

/** Reports of what somebody else has sent by the same login, and a call that is from no gateway. */
async function strayCalls(house: House, senders: Ids): Promise<void> {
  const [infobip, traffic] = [senderNamed('infobip-codes'), senderNamed('bulksms-club')];
  for (const [n, id] of FOREIGN_IDS.entries()) {
    const { gateway: wire, login } = n % 2 === 0 ? infobip : traffic;
    const status = n % 3 === 2 ? 'undelivered' : 'delivered';
    await control(house, 'report', { wire, login, id, phone: phoneFor(wire, `6${20 + n}`), status });
  }
  for (const { name } of [infobip, traffic]) {
    const { hooks } = await call<{ hooks: { reports: string } }>(house, `/v1/senders/${known(senders, name)}`);
    const answer = await fetch(hooks.reports, { method: 'POST', body: 'status=DELIVRD', headers: FORM });
    if (answer.ok) throw new Error(`what is no report was taken: ${answer.status}`);
  }
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** All but those that wait for something that does not come. */
async function untilSettled({ db }: House): Promise<void> {
  const waiting = [HELD.name, PAUSED.name];
  await eventually(
    async () =>
      await db.sql`
      SELECT s.name, m.phone, m.status FROM messages m JOIN senders s ON s.id = m.sender_id
      WHERE m.status IN ('accepted', 'sending', 'sent') AND m.send_at < now() AND s.name <> ALL (${waiting})
        AND m.phone !~ '905$' AND m.uncertain_at IS NULL
      UNION ALL SELECT name, 'not held', 'yet' FROM senders WHERE name = ${HELD.name} AND held_for IS NULL`,
  );
}

/** What people do on a usual day, for the audit log. */
async function change(house: House, senders: Ids, accounts: Ids): Promise<void> {
  const sender = (name: string) => `/v1/senders/${known(senders, name)}`;
  await patch(house, sender('smsc-orders'), { rateLimit: 35 });
  const leaver = await made(house, '/v1/keys', { name: 'intern', scopes: ['messages:read'], account: null });
  await patch(house, sender('playmobile-rides'), { awaitDelivery: 240, stopWords: ['ОТПИСКА', "TO'XTAT"] });
  await post(house, `/v1/keys/${leaver}/revoke`);
  await patch(house, `/v1/accounts/${known(accounts, 'Volga Pharmacy')}`, { name: 'Volga Pharmacies' });
  await post(house, `${sender('bulksms-club')}/rotate-hook-token`);
  await post(house, '/v1/suppressions', { phone: phoneFor('', '507'), list: 'global', reason: 'complaint' });
}

/** Of a message that nothing will be heard of, the waiting ends now. */
async function endUnknown({ db }: House): Promise<void> {
  const ids = await db.sql`UPDATE messages SET report_by = now() WHERE phone ~ '905$' RETURNING id`;
  for (const { id } of ids) await settleMessage(db, String(id));
}

/**
 * Books that look as after 35 days of sending, written by SQL: shares that differ a lot, so that there is something that
 * nearly everything has, and something that nearly nothing has.
 */
import postgres, { type TransactionSql } from 'postgres';
import { createAccount } from '../../db/accounts.ts';
import type { Db } from '../../db/connection.ts';
import { rollUp } from '../../db/metrics.ts';
import { ensurePartitions } from '../../db/partitions.ts';
import { createSender, findSender } from '../../db/senders.ts';

export interface SeedSize {
  messages: number;
  suppressions: number;
  inbound: number;
  unmatched: number;
}

export interface Seeded {
  /** Ids by what share of the messages they have: 60, 25, 15 and 0.05 of 100. */
  accounts: Record<'big' | 'middle' | 'small' | 'rare', string>;
  /** Names: `first` has 40 of 100, of them 0.15 of account `small`; `rare` 0.05. */
  senders: Record<'first' | 'second' | 'third' | 'fourth' | 'rare', string>;
}

/** One in 17 messages goes to it. */
export const BUSY_PHONE = '+998901110000';
export const SOME_PHONE = '+79995550123';
export const NO_PHONE = '+998901119999';
const DAYS = 35;
/** All of it, whatever the size. */
const ROLL_UP_MS = 600_000;
const LOGIN = { url: 'https://gateway.example', login: 'bench', password: 'made-up' };
const INFOBIP = { gateway: 'infobip', settings: { url: LOGIN.url, apiKey: 'made-up' } };
const SMSC = { gateway: 'smsc', settings: LOGIN };
const PLAY_MOBILE = { gateway: 'playmobile', settings: LOGIN };
const GATEWAYS = { first: INFOBIP, second: SMSC, third: SMSC, fourth: INFOBIP, rare: PLAY_MOBILE };

export async function seedBooks({ db, url }: { db: Db; url: string }, size: SeedSize): Promise<Seeded> {
  const account = async (name: string) => await createAccount(db, { name, defaultCountry: 'RU' });
  const accounts = {
    big: await account('big'),
    middle: await account('middle'),
    small: await account('small'),
    rare: await account('rare'),
  };
  const { big, middle, small, rare } = accounts;
  const sender = async (name: keyof Seeded['senders'], accountIds: string[]) => {
    const id = await createSender(db, [], {
      ...{ name, ...GATEWAYS[name], accountIds, accountKey: `login ${name}`, secretFields: [], referenceStart: 1n },
    });
    const made = await findSender(db, [], { id });
    if (!made) throw new Error('the sender is gone');
    return [made.id, made.gatewayAccountId] as const;
  };
  const made = [
    await sender('first', [big, small]),
    await sender('second', [big]),
    await sender('third', [middle]),
    await sender('fourth', [small]),
    await sender('rare', [rare]),
  ];
  const gatewayAccounts = made.map(([, id]) => id);
  await ensurePartitions(db.sql, new Date(Date.now() - DAYS * 86_400_000));
  // Not one of ours: those give up on a server that is too busy to answer anybody else for some seconds.
  const client = postgres(url, { max: 1, onnotice: () => {} });
  await client.begin(async (sql) => {
    await sql`SET LOCAL synchronous_commit = off`;
    await sql`SELECT setseed(0.5)`;
    await writeMessages(sql, size.messages, { accounts, senders: made.map(([id]) => id), gatewayAccounts });
    await writeSuppressions(sql, size.suppressions, accounts);
    await writeInbound(sql, size.inbound, { accounts, gatewayAccounts });
    await sql`
      INSERT INTO gateway_messages (gateway_account_id, gateway_id, status, raw, reported_at, created_at)
      SELECT (${gatewayAccounts}::uuid[])[CASE WHEN n % 100 = 0 THEN 5 ELSE 1 + n % 4 END], 'nobody-' || n, 'delivered',
        'DELIVRD', at, at
      FROM (
        SELECT n, now() - make_interval(secs => (${size.unmatched} - n) * 86400.0 * ${DAYS} / ${size.unmatched}) AS at
        FROM generate_series(1, ${size.unmatched}::int) n) x`;
  });
  await client.end();
  await rollUp(db, ROLL_UP_MS);
  return { accounts, senders: { first: 'first', second: 'second', third: 'third', fourth: 'fourth', rare: 'rare' } };
}

interface Whose {
  accounts: Seeded['accounts'];
  senders: string[];
  gatewayAccounts: string[];
}

/** A UUIDv7 of the instant `at`. */
const ID = `(lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3)
  || 'a' || substr(md5(random()::text), 1, 15))::uuid`;

/**
 * The last 1 of 100 are a campaign that is under way; before it nine of ten were delivered. Each that was submitted with its
 * gateway's id; those of the last two days, which the overview counts, and one in ten before them with their events.
 */
async function writeMessages(
  sql: TransactionSql,
  count: number,
  { accounts, senders, gatewayAccounts }: Whose,
): Promise<void> {
  const { big, middle, small, rare } = accounts;
  await sql`
    CREATE TEMP TABLE seeded ON COMMIT DROP AS
    SELECT n, at, ${sql.unsafe(ID)} AS id, took, share, why,
      CASE WHEN whose < 0.4 THEN 1 WHEN whose < 0.6 THEN 2 WHEN whose < 0.85 THEN 3 WHEN whose < 0.998 THEN 4
        WHEN whose < 0.9995 THEN 1 ELSE 5 END AS sender,
      CASE WHEN whose < 0.6 THEN ${big}::uuid WHEN whose < 0.85 THEN ${middle} WHEN whose < 0.9995 THEN ${small}
        ELSE ${rare} END AS account_id,
      CASE
        WHEN n > ${count} * 0.99 AND share < 0.2 THEN 'accepted'
        WHEN n > ${count} * 0.99 AND share < 0.21 THEN 'sending'
        WHEN n > ${count} * 0.99 AND share < 0.4 THEN 'sent'
        WHEN at > now() - interval '2 days' AND share < 0.02 THEN 'sent'
        WHEN share < 0.9 THEN 'delivered' WHEN share < 0.95 THEN 'undelivered' WHEN share < 0.97 THEN 'rejected'
        WHEN share < 0.985 THEN 'expired' WHEN share < 0.993 THEN 'unknown' WHEN share < 0.9994 THEN 'suppressed'
        ELSE 'cancelled' END AS status
    FROM (
      SELECT n, now() - make_interval(secs => (${count} - n) * 86400.0 * ${DAYS} / ${count}) AS at,
        make_interval(secs => 1 + 60 * power(random(), 4)) AS took, random() AS whose, random() AS share, random() AS why
      FROM generate_series(1, ${count}::int) n) x`;
  await sql`
    INSERT INTO messages (id, account_id, sender_id, gateway_account_id, phone, text, encoding, parts, caller_id,
      priority, ref, own_id, status, source, cause, error_class, error_code, accepted_at, send_at, expires_at, report_by,
      started_at, submitted_at, final_at, attempt, attempt_state, lease_until, answer_by, uncertain_at, poll_at, wake_at)
    SELECT id, account_id, (${senders}::uuid[])[sender], (${gatewayAccounts}::uuid[])[sender],
      CASE WHEN n % 17 = 0 THEN ${BUSY_PHONE} WHEN n = ${Math.ceil(count / 2)} THEN ${SOME_PHONE}
        ELSE '+7999555' || lpad((why * 1e9)::bigint % 10000 || '', 4, '0') END,
      'Your order ' || n || ' is on its way, and will be with you tomorrow between 9 and 18.', 'GSM-7', 1,
      CASE WHEN sender < 4 THEN 'Shop' ELSE '+79995559999' END, CASE WHEN why < 0.2 THEN 1 ELSE 3 END, n, n::text,
      status,
      CASE WHEN status IN ('delivered', 'undelivered') THEN 'report' WHEN status = 'rejected' THEN 'answer'
        WHEN status = 'suppressed' THEN 'suppress-list' WHEN status = 'cancelled' THEN 'api'
        WHEN status IN ('expired', 'unknown') THEN 'clock' END,
      CASE status WHEN 'delivered' THEN 'DELIVRD'
        WHEN 'undelivered' THEN CASE WHEN why < 0.001 THEN 'EC_IMSI_LOOKUP_BLOCKED' WHEN why < 0.5 THEN 'EC_ABSENT_SUBSCRIBER'
          ELSE 'UNDELIV' END
        WHEN 'rejected' THEN 'invalid destination address'
        WHEN 'suppressed' THEN 'the phone is on a suppress list'
        WHEN 'cancelled' THEN 'cancelled before it was submitted'
        WHEN 'expired' THEN 'its validity ended before it could be submitted'
        WHEN 'unknown' THEN 'the gateway took it and never said what became of it' END,
      CASE status WHEN 'undelivered' THEN 'temporary' WHEN 'rejected' THEN 'invalid-recipient' END,
      CASE status WHEN 'undelivered' THEN '27' WHEN 'rejected' THEN '7' END,
      at, at, at + interval '1 day', at + interval '2 days', at + interval '20 ms',
      CASE WHEN was_submitted THEN at + took / 2 END,
      CASE WHEN status NOT IN ('accepted', 'sending', 'sent') THEN at + took END,
      CASE WHEN was_submitted OR status IN ('sending', 'rejected') THEN 1 ELSE 0 END,
      CASE WHEN was_submitted THEN 'accepted' WHEN status = 'rejected' THEN 'refused'
        WHEN status = 'sending' THEN CASE WHEN why < 0.5 THEN 'open' ELSE 'uncertain' END END,
      CASE WHEN was_submitted OR status = 'sending' THEN at + interval '2 s' END,
      CASE WHEN was_submitted OR status = 'sending' THEN at + interval '16 s' END,
      CASE WHEN status = 'sending' AND why >= 0.5 THEN at + interval '16 s' END,
      CASE WHEN status IN ('sending', 'sent') THEN at + interval '5 minutes' END,
      CASE WHEN status IN ('accepted', 'sending', 'sent') THEN now() + interval '10 minutes' END
    FROM (SELECT *, status IN ('sent', 'delivered', 'undelivered', 'unknown') AS was_submitted FROM seeded) x ORDER BY x.n`;
  await sql`
    INSERT INTO gateway_messages (gateway_account_id, gateway_id, message_id, part, status, raw, reported_at, created_at)
    SELECT (${gatewayAccounts}::uuid[])[sender], 'gw-' || n, id, 1, nullif(status, 'sent'),
      CASE WHEN status <> 'sent' THEN 'DELIVRD' END, CASE WHEN status <> 'sent' THEN at + took END, at + took / 2
    FROM seeded WHERE status IN ('sent', 'delivered', 'undelivered') ORDER BY seeded.n`;
  await sql`
    INSERT INTO message_events (message_id, at, kind, source, detail)
    SELECT id, at + took * share_of_time, kind, CASE kind WHEN 'final' THEN source_of_end ELSE k.source END,
      CASE kind WHEN 'outcome' THEN CASE WHEN was_submitted THEN '{"kind": "accepted", "attempt": 1}'::jsonb
          ELSE '{"kind": "refused", "class": "invalid-recipient", "attempt": 1}' END
        WHEN 'final' THEN jsonb_build_object('status', status, 'was', CASE WHEN was_submitted THEN 'sent' ELSE 'accepted' END)
        ELSE '{"parts": 1}' END
    FROM (
      SELECT *, status IN ('sent', 'delivered', 'undelivered', 'unknown') AS was_submitted,
        CASE WHEN status IN ('delivered', 'undelivered') THEN 'report' WHEN status = 'rejected' THEN 'answer'
          ELSE 'clock' END AS source_of_end
      FROM seeded WHERE n % 10 = 0 OR at > now() - interval '2 days'
    ) x, (VALUES ('accepted', 'api', 0), ('outcome', 'worker', 0.5), ('final', '', 1)) k(kind, source, share_of_time)
    WHERE kind = 'accepted' OR (kind = 'outcome' AND (was_submitted OR status = 'rejected'))
      OR (kind = 'final' AND status NOT IN ('accepted', 'sending', 'sent'))
    ORDER BY n, share_of_time`;
}

/** On two lists of accounts, and on the one that holds for all. */
async function writeSuppressions(
  sql: TransactionSql,
  count: number,
  { big, small }: Seeded['accounts'],
): Promise<void> {
  await sql`
    INSERT INTO suppressions (id, account_id, phone, source, reason, note, created_at)
    SELECT ${sql.unsafe(ID)}, CASE WHEN n % 10 < 6 THEN ${big}::uuid WHEN n % 10 < 9 THEN ${small}::uuid END,
      CASE WHEN n = 1 THEN ${SOME_PHONE} ELSE '+7' || (9000000000 + n * 7) END,
      CASE WHEN n % 4999 = 0 THEN 'operator' WHEN n % 20 = 0 THEN 'gateway' WHEN n % 3 = 0 THEN 'stop-word' ELSE 'import' END,
      'asked not to be called', 'from list ' || n % 1000, at
    FROM (
      SELECT n, now() - make_interval(secs => (${count} - n) * 86400.0 * ${DAYS} / ${count}) AS at
      FROM generate_series(1, ${count}::bigint) n) x`;
}

async function writeInbound(
  sql: TransactionSql,
  count: number,
  { accounts, gatewayAccounts }: Omit<Whose, 'senders'>,
): Promise<void> {
  const { big, small, rare } = accounts;
  await sql`
    INSERT INTO inbound (id, gateway_account_id, inbound_id, phone, recipient, text, received_at, effect, account_ids)
    SELECT ${sql.unsafe(ID)}, (${gatewayAccounts}::uuid[])[1 + n % 4], 'mo-' || n, '+7999555' || lpad(n % 10000 || '', 4, '0'),
      '3434', CASE WHEN n % 5 = 0 THEN 'STOP' ELSE 'Thank you' END, at,
      CASE WHEN n % 4001 = 0 THEN 'start' WHEN n % 5 = 0 THEN 'stop' ELSE 'none' END,
      CASE WHEN n % 4003 = 0 THEN ARRAY[${rare}::uuid] WHEN n % 3 = 0 THEN ARRAY[${small}::uuid]
        ELSE ARRAY[${big}::uuid, ${small}::uuid] END
    FROM (
      SELECT n, now() - make_interval(secs => (${count} - n) * 86400.0 * ${DAYS} / ${count}) AS at
      FROM generate_series(1, ${count}::int) n) x`;
}

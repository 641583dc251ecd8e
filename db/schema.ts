/**
 * The books. What stands here is the truth about every message; Temporal only knows how far a delivery has come.
 *
 * `messages` and `message_events` are partitioned by range of the message id (UUIDv7, so by time): see
 * db/partitions.ts. Drizzle does not describe partitions or functions; those are in the migrations.
 */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  customType,
  doublePrecision,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });
const instant = () => timestamp({ withTimezone: true, mode: 'date' });

/** One row: what marks this installation's references, so that two installations on one gateway account never meet. */
export const installation = pgTable('installation', {
  id: smallint().primaryKey().default(1),
  /** 4 characters of a-z0-9. */
  mark: text().notNull(),
  createdAt: instant().notNull().defaultNow(),
});

/** Who sends: a brand, a shop, a tenant of the platform that this installation serves. */
export const accounts = pgTable('accounts', {
  id: uuid().primaryKey(),
  name: text().notNull().unique(),
  /** ISO 3166-1 alpha-2: how national numbers are read; null: numbers must be international. */
  defaultCountry: text(),
  createdAt: instant().notNull().defaultNow(),
  archivedAt: instant(),
});

export const apiKeys = pgTable('api_keys', {
  id: uuid().primaryKey(),
  /** null: an operator's key, for all accounts. */
  accountId: uuid().references(() => accounts.id),
  name: text().notNull(),
  kind: text({ enum: ['live', 'test'] })
    .notNull()
    .default('live'),
  /** SHA-256 of the whole key; the key itself is shown once and kept nowhere. */
  hash: bytea().notNull().unique(),
  /** Its last four characters, so that a person can tell two keys apart. */
  hint: text().notNull(),
  scopes: text().array().notNull(),
  createdAt: instant().notNull().defaultNow(),
  expiresAt: instant(),
  revokedAt: instant(),
  lastUsedAt: instant(),
});

/** A login at a gateway. Ids, references, poll limits and webhooks belong to it; several senders may share it. */
export const gatewayAccounts = pgTable(
  'gateway_accounts',
  {
    id: uuid().primaryKey(),
    gateway: text().notNull(),
    /** The adapter's accountKey of the settings. */
    key: text().notNull(),
    /** The next status request of this account may leave at this time: one slot for all workers. */
    nextPollAt: instant().notNull().defaultNow(),
    /** Where the last answer with texts from phones ended, in the gateway's own terms. */
    pullCursor: text(),
    pulledAt: instant(),
    /** Why texts could not be fetched the last time. */
    pullFailure: text(),
    createdAt: instant().notNull().defaultNow(),
  },
  (t) => [uniqueIndex('gateway_accounts_gateway_key').on(t.gateway, t.key)],
);

/** A configured gateway account under a name that accounts send through. */
export const senders = pgTable(
  'senders',
  {
    id: uuid().primaryKey(),
    name: text().notNull(),
    gateway: text().notNull(),
    gatewayAccountId: uuid()
      .notNull()
      .references(() => gatewayAccounts.id),
    /** The gateway's settings; secret fields are sealed by db/secrets.ts. */
    settings: jsonb().notNull(),
    /** Goes up with every change, so that a worker sees that what it holds is old. */
    version: integer().notNull().default(1),
    /** Seconds to wait for a report before the status is polled. */
    awaitDeliveryS: integer().notNull(),
    /** Most parts of one SMS. */
    maxParts: integer().notNull(),
    defaultCallerId: text(),
    /** null: any caller id. */
    verifiedCallerIds: text().array(),
    /** null: any phone; E.164 with the plus. */
    verifiedPhones: text().array(),
    /** Submits per second; null: no limit. */
    rateLimit: numeric({ mode: 'number' }),
    defaultValidityS: integer().notNull(),
    /** Seconds to go on waiting for a report after the validity's end. */
    reportGraceS: integer().notNull(),
    /** What to do at the end with a submit of which nothing is known: end as `unknown`, or submit once more. */
    onUncertain: text({ enum: ['hold', 'resend'] }).notNull(),
    /** Besides STOP, which always counts. */
    stopWords: text().array().notNull().default(sql`'{}'`),
    addToGlobalSuppressList: boolean().notNull().default(false),
    /** The unguessable part of this sender's webhook addresses. */
    hookToken: text().notNull().unique(),
    /** The one before, which is still taken until the gateway has been told the new one. */
    oldHookToken: text().unique(),
    oldHookTokenUntil: instant(),
    /** Addresses and networks (CIDR) that webhook calls may come from; null: any. */
    hookIps: text().array(),
    pausedAt: instant(),
    pausedBy: text(),
    /** Held by the product itself: the gateway refuses the login (`auth`) or is out of money (`no-balance`). */
    heldFor: text(),
    heldAt: instant(),
    /** When one message may try whether the hold is over; pauses grow with holdCount. */
    probeAt: instant(),
    holdCount: integer().notNull().default(0),
    createdAt: instant().notNull().defaultNow(),
    archivedAt: instant(),
  },
  (t) => [
    uniqueIndex('senders_name').on(t.name).where(sql`archived_at is null`),
    index('senders_gateway_account').on(t.gatewayAccountId),
  ],
);

export const senderAccounts = pgTable(
  'sender_accounts',
  {
    senderId: uuid()
      .notNull()
      .references(() => senders.id),
    accountId: uuid()
      .notNull()
      .references(() => accounts.id),
  },
  (t) => [primaryKey({ columns: [t.senderId, t.accountId] })],
);

/** The last trouble of each class that a sender had, for its health; written only when there is trouble. */
export const senderErrors = pgTable(
  'sender_errors',
  {
    senderId: uuid()
      .notNull()
      .references(() => senders.id),
    errorClass: text().notNull(),
    /** `refused`, `not-sent` or `uncertain`. */
    outcome: text().notNull(),
    errorCode: text(),
    count: bigint({ mode: 'number' }).notNull().default(1),
    lastAt: instant().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.senderId, t.errorClass, t.outcome] })],
);

/** When the next submit of a sender with a rate limit may leave: a row of its own, since every claim writes it. */
export const senderPace = pgTable('sender_pace', {
  senderId: uuid()
    .primaryKey()
    .references(() => senders.id),
  nextSlotAt: instant().notNull().defaultNow(),
});

export const messages = pgTable(
  'messages',
  {
    /** UUIDv7 of the accept; also the workflow's id. */
    id: uuid().primaryKey(),
    accountId: uuid().notNull(),
    senderId: uuid().notNull(),
    gatewayAccountId: uuid().notNull(),
    /** E.164 with the plus. */
    phone: text().notNull(),
    text: text().notNull(),
    encoding: text({ enum: ['GSM-7', 'UCS-2'] }).notNull(),
    parts: smallint().notNull(),
    callerId: text(),
    /** Temporal's priority key: 1 otp, 3 notice, 5 campaign. */
    priority: smallint().notNull(),
    metadata: jsonb(),
    /** Our reference's number, and the form of it that goes onto the wire (null: the wire has no place for it). */
    ref: bigint({ mode: 'bigint' }).notNull(),
    ownId: text(),

    status: text().notNull().default('accepted'),
    /** Who gave the final status (sms/status.ts: Source), and why, in words. */
    source: text(),
    cause: text(),
    errorClass: text(),
    errorCode: text(),

    acceptedAt: instant().notNull().defaultNow(),
    sendAt: instant().notNull(),
    /** End of the validity: nothing is submitted from here on. */
    expiresAt: instant().notNull(),
    /** End of waiting for a report. */
    reportBy: instant().notNull(),
    startedAt: instant(),
    submittedAt: instant(),
    finalAt: instant(),
    cancelRequestedAt: instant(),

    /** Number of claims so far. */
    attempt: smallint().notNull().default(0),
    /** What the last claim came to; `open` while its call may be under way. */
    attemptState: text({ enum: ['open', 'not-sent', 'uncertain', 'accepted', 'refused'] }),
    /** Name of the last claim, made up by the worker that asked for it. */
    claim: uuid(),
    /** From here on the claim's holder may no longer begin to write the request. */
    leaseUntil: instant(),
    /** From here on an open claim counts as lost: its call would have ended. */
    answerBy: instant(),
    /** When the first attempt ended uncertain, while that is not resolved. */
    uncertainAt: instant(),
    /** Submits that the sender's policy made although an earlier one may have been taken. */
    resends: smallint().notNull().default(0),
    /** When the status may be asked next. */
    pollAt: instant(),
    /** When housekeeping looks whether the workflow still lives. */
    wakeAt: instant(),
  },
  (t) => [
    index('messages_waiting_by_phone')
      .on(t.phone)
      .where(sql`status in ('accepted', 'sending') or attempt_state = 'open'`),
    index('messages_by_wake').on(t.wakeAt).where(sql`status in ('accepted', 'sending', 'sent')`),
    index('messages_by_poll').on(t.gatewayAccountId, t.pollAt).where(sql`status in ('sending', 'sent')`),
    index('messages_by_account').on(t.accountId, t.id),
    index('messages_by_phone').on(t.phone, t.id),
    // For lists, newest first: the id comes last in each.
    index('messages_by_status').on(t.status, t.id),
    index('messages_by_sender').on(t.senderId, t.id),
    index('messages_ended_by_account')
      .on(t.accountId, t.status, t.id)
      .where(sql`status not in ('accepted', 'sending', 'sent')`),
    index('messages_ended_by_sender')
      .on(t.senderId, t.status, t.id)
      .where(sql`status not in ('accepted', 'sending', 'sent')`),
    index('messages_by_submitted').on(t.submittedAt).where(sql`submitted_at is not null`),
    index('messages_waiting_by_sender').on(t.senderId, t.priority, t.id).where(sql`status = 'accepted'`),
    index('messages_uncertain')
      .on(t.senderId)
      .where(sql`uncertain_at is not null and status in ('accepted', 'sending')`),
  ],
);

/** What happened to a message, in order. Changed only where a phone is erased, deleted only with its whole partition. */
export const messageEvents = pgTable(
  'message_events',
  {
    messageId: uuid().notNull(),
    n: bigint({ mode: 'bigint' }).generatedAlwaysAsIdentity(),
    at: instant().notNull().default(sql`clock_timestamp()`),
    kind: text().notNull(),
    source: text().notNull(),
    detail: jsonb(),
    /** The transaction that wrote it: readers that follow the events stay behind the oldest one under way. */
    tx: bigint({ mode: 'bigint' }).notNull().default(sql`(pg_current_xact_id()::text)::bigint`),
  },
  (t) => [
    primaryKey({ columns: [t.messageId, t.n] }),
    index('message_events_followed')
      .on(t.tx, t.n)
      .where(sql`kind in ('accepted', 'outcome', 'sent', 'final', 'correction')`),
  ],
);

/** The followed events of each sender, counted since the first: what /metrics shows. */
export const eventRollups = pgTable(
  'event_rollups',
  {
    senderId: uuid().notNull(),
    measure: text({ enum: ['accepted', 'outcome', 'sent', 'final', 'correction', 'delivered'] }).notNull(),
    /** Of an outcome its kind, of an end or correction the status, of a delivery the number of its time's bucket. */
    what: text().notNull().default(''),
    /** Of an outcome its error class, of an end or correction what the message was before. */
    more: text().notNull().default(''),
    count: bigint({ mode: 'number' }).notNull(),
    /** Of deliveries: their times together. */
    seconds: doublePrecision().notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.senderId, t.measure, t.what, t.more] })],
);

/** What happened in each minute, quarter of an hour and hour that a window of the overview may reach. */
export const overviewSteps = pgTable(
  'overview_steps',
  {
    /** All zeros: all accounts together. */
    accountId: uuid().notNull(),
    /** Its length in seconds. */
    stepS: integer().notNull(),
    /** Its beginning. */
    at: instant().notNull(),
    gateway: text().notNull(),
    sent: bigint({ mode: 'number' }).notNull(),
    ended: bigint({ mode: 'number' }).notNull(),
    delivered: bigint({ mode: 'number' }).notNull(),
    /** How long those took: {"bucket": count}; db/overview-steps.ts says which bucket is how long. */
    times: jsonb().notNull().default(sql`'{}'`),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.stepS, t.at, t.gateway] }),
    index('overview_steps_by_age').on(t.stepS, t.at),
  ],
);

/** How far a task has come that goes on where it stopped, whichever process takes it up. */
export const progress = pgTable('progress', {
  task: text().primaryKey(),
  /** Up to this instant everything is done. */
  until: instant(),
  /** Up to this event everything is counted. */
  tx: bigint({ mode: 'bigint' }),
  n: bigint({ mode: 'bigint' }),
});

/** The same key with the same body is the same message. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    accountId: uuid().notNull(),
    key: text().notNull(),
    messageId: uuid().notNull(),
    /** SHA-256 of the request as it was understood. */
    bodyHash: bytea().notNull(),
    expiresAt: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.key] }),
    index('idempotency_keys_by_expiry').on(t.expiresAt),
    // Erasing a phone looks for the keys of its messages.
    index('idempotency_keys_by_message').on(t.messageId),
  ],
);

/**
 * Where an answer and a report of one SMS meet: one row for each id at the gateway. Whoever comes first makes it,
 * whoever comes second finds what the other left. `phone` is '' where the id alone is unique.
 */
export const gatewayMessages = pgTable(
  'gateway_messages',
  {
    gatewayAccountId: uuid().notNull(),
    gatewayId: text().notNull(),
    phone: text().notNull().default(''),
    /** null: a report came, and no message of ours has this id (yet). */
    messageId: uuid(),
    part: smallint(),
    status: text(),
    errorClass: text(),
    errorCode: text(),
    raw: text(),
    reportedAt: instant(),
    createdAt: instant().notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.gatewayAccountId, t.gatewayId, t.phone] }),
    index('gateway_messages_by_message').on(t.messageId),
    index('gateway_messages_unmatched').on(t.createdAt).where(sql`message_id is null`),
  ],
);

/** Webhook calls as they came in, stored before they are answered. */
export const hooks = pgTable(
  'hooks',
  {
    /** UUIDv7; also the request id of the signals that come of it. */
    id: uuid().primaryKey(),
    senderId: uuid().notNull(),
    gatewayAccountId: uuid().notNull(),
    receivedAt: instant().notNull().defaultNow(),
    method: text().notNull(),
    path: text().notNull(),
    query: text().notNull(),
    headers: jsonb().notNull(),
    body: bytea().notNull(),
    /** `done`: everything that it said has taken effect. */
    state: text({ enum: ['received', 'done', 'nothing', 'refused'] })
      .notNull()
      .default('received'),
    detail: text(),
  },
  (t) => [
    index('hooks_to_do').on(t.receivedAt).where(sql`state = 'received'`),
    index('hooks_refused').on(t.id).where(sql`state = 'refused'`),
  ],
);

/** Texts from phones (MO). */
export const inbound = pgTable(
  'inbound',
  {
    id: uuid().primaryKey(),
    gatewayAccountId: uuid().notNull(),
    hookId: uuid(),
    /** The gateway's id of it, or one made of its content: repeats are dropped by it. */
    inboundId: text().notNull(),
    phone: text().notNull(),
    recipient: text(),
    text: text().notNull(),
    receivedAt: instant().notNull().defaultNow(),
    /** What it did: `stop`, `start`, or `none`. */
    effect: text({ enum: ['none', 'stop', 'start'] }).notNull(),
    /** The accounts of the senders that it counted for, as they were then. */
    accountIds: uuid().array().notNull().default(sql`'{}'`),
  },
  (t) => [
    uniqueIndex('inbound_once').on(t.gatewayAccountId, t.inboundId),
    index('inbound_by_phone').on(t.phone, t.receivedAt),
    index('inbound_by_account').using('gin', t.accountIds),
    index('inbound_by_effect').on(t.effect, t.id).where(sql`effect <> 'none'`),
  ],
);

/** Phones that must not get an SMS: of one account, or (account null) of all. */
export const suppressions = pgTable(
  'suppressions',
  {
    id: uuid().primaryKey(),
    accountId: uuid(),
    phone: text().notNull(),
    source: text({ enum: ['stop-word', 'api', 'import', 'gateway', 'operator'] }).notNull(),
    reason: text(),
    note: text(),
    createdAt: instant().notNull().defaultNow(),
  },
  // `nulls not distinct`, which Drizzle cannot say, is in the migration.
  (t) => [
    uniqueIndex('suppressions_once').on(t.phone, t.accountId),
    index('suppressions_by_account').on(t.accountId, t.id),
    index('suppressions_by_source').on(t.accountId, t.source, t.id),
  ],
);

/** Imports of suppress lists, with their counters. */
export const suppressionImports = pgTable('suppression_imports', {
  id: uuid().primaryKey(),
  /** null: onto the list that holds for all. */
  accountId: uuid(),
  state: text({ enum: ['running', 'done', 'failed'] })
    .notNull()
    .default('running'),
  total: integer().notNull().default(0),
  imported: integer().notNull().default(0),
  alreadyThere: integer().notNull().default(0),
  invalid: integer().notNull().default(0),
  /** The first of them: [{line, reason}]. */
  invalidLines: jsonb().notNull().default(sql`'[]'`),
  failure: text(),
  startedAt: instant().notNull().defaultNow(),
  finishedAt: instant(),
});

/** Who did what to the settings, lists and keys; only ever added to. */
export const auditLog = pgTable(
  'audit_log',
  {
    /** UUIDv7, so in order of time. */
    id: uuid().primaryKey(),
    at: instant().notNull().defaultNow(),
    /** The API key that did it; null: a phone, a gateway or the product itself, as `actor` says. */
    keyId: uuid(),
    actor: text().notNull(),
    /** Such as `sender.update`. */
    action: text().notNull(),
    /** The account that it is about; null: all. */
    accountId: uuid(),
    /** Id of the sender, key, account; never a phone in the clear. */
    objectId: text(),
    /** What changed, without secrets and phones. */
    detail: jsonb(),
  },
  (t) => [index('audit_log_by_account').on(t.accountId, t.id), index('audit_log_by_object').on(t.objectId, t.id)],
);

/** Books of one's own for the tests of one file, and rows to put into them. */
import { randomBytes } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { createAccount } from '../../db/accounts.ts';
import { type Claim, type Claimed, claimSend, type Recorded, recordSend } from '../../db/claims.ts';
import { type Db, openDb } from '../../db/connection.ts';
import { acceptMessages, type MessageRow, type NewMessage, timelineOf } from '../../db/messages.ts';
import { createSender, findSender, type NewSender } from '../../db/senders.ts';
import type { Outcome } from '../../sms/outcome.ts';
import { freshDatabase } from '../setup/database.ts';

export interface Books {
  url: string;
  db: Db;
  close(): Promise<void>;
}

export async function openBooks(): Promise<Books> {
  const database = await freshDatabase();
  const db = openDb(database.url, { connections: 12 });
  return {
    url: database.url,
    db,
    close: async () => {
      await db.close();
      await database.drop();
    },
  };
}

export interface House {
  accountId: string;
  senderId: string;
  gatewayAccountId: string;
}

/** An account with a sender on a gateway account of its own. */
export async function newHouse(db: Db, sender: Partial<NewSender> = {}): Promise<House> {
  const accountId = await newAccount(db);
  const senderId = await createSender(db, [], newSender({ accountIds: [accountId], ...sender }));
  const made = await findSender(db, [], { id: senderId });
  if (!made) throw new Error('the sender is gone');
  return { accountId, senderId, gatewayAccountId: made.gatewayAccountId };
}

export async function newAccount(db: Db): Promise<string> {
  return await createAccount(db, { name: `account ${randomBytes(8).toString('hex')}`, defaultCountry: null });
}

export function newSender(input: Partial<NewSender> = {}): NewSender {
  const unique = randomBytes(8).toString('hex');
  return {
    name: `sender ${unique}`,
    gateway: 'simulated',
    settings: {},
    accountIds: [],
    accountKey: `login ${unique}`,
    secretFields: [],
    referenceStart: 1n,
    ...input,
  };
}

let lastPhone = 0;

export function newPhone(): string {
  return `+7999555${String(++lastPhone).padStart(4, '0')}`;
}

let lastRef = 1000n;

export function newMessage(house: House, input: Partial<NewMessage> = {}): NewMessage {
  return {
    id: uuidv7(),
    ...house,
    phone: newPhone(),
    text: 'Your code is 0000',
    encoding: 'GSM-7',
    parts: 1,
    callerId: null,
    priority: 3,
    metadata: null,
    ref: lastRef++,
    ownId: null,
    idPhone: '',
    sendAt: null,
    validityS: 3600,
    reportGraceS: 3600,
    idempotencyKey: null,
    bodyHash: '00',
    ...input,
  };
}

export async function accept(db: Db, house: House, input: Partial<NewMessage> = {}): Promise<string> {
  const message = newMessage(house, input);
  await acceptMessages(db, [message]);
  return message.id;
}

/** @param repeatWithinS null: at this gateway a repeat is never safe */
export async function claim(db: Db, id: string, repeatWithinS: number | null = null, probe = false): Promise<Claim> {
  return await claimSend(db, id, { repeatWithinS, probe });
}

export async function claimed(db: Db, id: string, repeatWithinS: number | null = null): Promise<Claimed> {
  const got = await claim(db, id, repeatWithinS);
  if (got.verdict !== 'claimed') throw new Error(`the claim of ${id} was answered with ${got.verdict}`);
  return got;
}

export async function record(
  db: Db,
  id: string,
  outcome: Outcome,
  details: Partial<Parameters<typeof recordSend>[4]> & { attempt?: number } = {},
): Promise<Recorded> {
  const { attempt = 1, ...rest } = details;
  return await recordSend(db, id, attempt, outcome, { evidence: { reach: 'answered' }, idPhone: '', ...rest });
}

/** An id that the gateway has not given to anything else. */
export function newGatewayId(): string {
  return `gw-${randomBytes(9).toString('base64url')}`;
}

export const taken = (...ids: string[]): Outcome => ({ kind: 'accepted', ids: ids.map((id) => ({ id })) });
export const NOT_SENT: Outcome = { kind: 'not-sent', class: 'temporary', detail: 'no connection', holdSender: false };
export const REFUSED: Outcome = { kind: 'refused', class: 'invalid-recipient', code: '7', optOut: false };
export const UNCERTAIN: Outcome = { kind: 'uncertain', class: 'temporary', detail: 'cut after the write' };

type Row = Pick<
  MessageRow,
  | 'status'
  | 'source'
  | 'cause'
  | 'errorClass'
  | 'errorCode'
  | 'attempt'
  | 'attemptState'
  | 'uncertainAt'
  | 'cancelRequestedAt'
  | 'leaseUntil'
  | 'answerBy'
  | 'submittedAt'
  | 'finalAt'
  | 'resends'
  | 'ref'
  | 'ownId'
  | 'pollAt'
  | 'wakeAt'
  | 'startedAt'
>;

export async function rowOf(db: Db, id: string): Promise<Row> {
  const [row] = await db.sql`SELECT * FROM messages WHERE id = ${id}`;
  if (!row) throw new Error(`there is no message ${id}`);
  return row as unknown as Row;
}

export async function statusOf(db: Db, id: string): Promise<string> {
  return (await rowOf(db, id)).status;
}

export async function eventKinds(db: Db, id: string): Promise<string[]> {
  return (await timelineOf(db, id)).map((event) => event.kind);
}

/**
 * The clock is moved: these columns hold instants that the functions compare with the server's clock, so setting one
 * into the past is the same as waiting for it.
 */
export async function movePast(
  db: Db,
  id: string,
  column: 'lease_until' | 'answer_by' | 'expires_at' | 'report_by' | 'uncertain_at' | 'poll_at' | 'send_at',
  byS = 1,
): Promise<void> {
  await db.sql`
    UPDATE messages SET ${db.sql(column)} = clock_timestamp() - make_interval(secs => ${byS}) WHERE id = ${id}`;
}

/** The worker that holds the claim has stopped, and so much time has passed that its call would have ended. */
export async function loseClaim(db: Db, id: string): Promise<void> {
  await movePast(db, id, 'lease_until', 15);
  await movePast(db, id, 'answer_by', 1);
}

/** `POST messages/info` of MTS: all events of each SMS, by the gateway's id or the client's own. */
import type { Account, Answer, Sms, Submission } from '../model.ts';
import { json } from './answers.ts';
import { Invalid, listOf, stringOf } from './mts-fields.ts';
import type { House } from './wire.ts';

/** Without an answer an id is not known (yet). */
export function statusAnswer(
  body: Record<string, unknown>,
  house: House,
  account: Account,
): { answer?: Answer; asked: string } {
  const byOwn = body.msg_ids !== undefined;
  if (byOwn === (body.int_ids !== undefined)) throw new Invalid(400, 'one of int_ids and msg_ids is needed');
  const path = byOwn ? 'msg_ids' : 'int_ids';
  const ids = listOf(body[path], path).map((it, i) => stringOf(it, `${path}[${i}]`));
  if (ids.length > MOST_IDS) throw new Invalid(422, `${path} has more than ${MOST_IDS} ids`);
  const asked = `${path} ${ids.join(' ')}`;
  const found = ids.flatMap((key) => {
    const id = byOwn ? idsOf(account).get(key) : key;
    const sms = id === undefined ? undefined : house.find(account, id);
    return sms && isKnown(sms, account) ? [{ key, events_info: eventsOf(sms, account.unusual) }] : [];
  });
  const isAll = found.length === ids.length || (account.options.unknownIds === 'omit' && found.length > 0);
  return isAll ? { answer: json(200, { events_info: found }), asked } : { asked };
}

/** Own ids of SMS that were taken; a repeated one stands for the last. */
export function remember(account: Account, taken: readonly Submission[]): void {
  for (const { id, ownId } of taken) if (ownId !== undefined) idsOf(account).set(ownId, id);
}

function idsOf(account: Account): Map<string, string> {
  const known = idsByAccount.get(account) ?? new Map<string, string>();
  idsByAccount.set(account, known);
  return known;
}

const idsByAccount = new WeakMap<Account, Map<string, string>>();

/** Right after sending, an SMS is not found. */
function isKnown(sms: Sms, account: Account): boolean {
  const { knownAfterMs = KNOWN_AFTER_MS } = account.options;
  return sms.status !== 'pending' || Date.now() - sms.acceptedAt >= Number(knownAfterMs);
}

function eventsOf(sms: Sms, unusual: boolean): unknown[] {
  const inParts = unusual && sms.parts > 1;
  const at = sms.status === 'sent' ? sms.statusAt : sms.acceptedAt;
  const sent = eventOf(sms, inParts ? 202 : 200, at, null);
  const final = (status: number, errors: number[]) => eventOf(sms, status, sms.statusAt, unusual ? null : errors);
  const inOrder = () => {
    switch (sms.status) {
      case 'pending':
        return [];
      case 'sent':
        return [sent];
      case 'delivered':
        return [sent, ...(inParts ? [final(302, [])] : []), final(300, [])];
      case 'undelivered':
      case 'expired':
        return [sent, final(301, [])];
      case 'rejected': {
        // The numbers are not public: these are made up.
        const refused = final(201, [sms.reason === 'opted-out' ? 17 : 11]);
        return sms.reason === undefined ? [sent, refused] : [refused];
      }
    }
  };
  return unusual ? inOrder().reverse() : inOrder();
}

function eventOf(sms: Sms, status: number, at: number, errors: number[] | null) {
  const date = new Date(at + MOSCOW_MS).toISOString().slice(0, 19);
  return {
    status,
    event_at: date,
    received_at: date,
    internal_errors: errors,
    internal_id: sms.id,
    total_parts: sms.parts,
    client_id: 1,
    call_direction: '',
  };
}

const MOST_IDS = 100;
const KNOWN_AFTER_MS = 50;
const MOSCOW_MS = 3 * 3600_000;

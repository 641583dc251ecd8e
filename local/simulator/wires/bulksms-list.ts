/** BulkSMS's list of messages, `GET /v1/messages`: sent and received ones, newest first unless asked otherwise. */
import type { Account, Sms } from '../model.ts';
import { BadRequest, dateIn } from './bulksms-fields.ts';
import { memoryOf } from './bulksms-memory.ts';
import { type Message, polledMessage, receivedMessage } from './bulksms-messages.ts';
import type { House } from './wire.ts';

/** Throws `BadRequest`. */
export function listed(params: URLSearchParams, house: House, account: Account): Message[] {
  const limit = params.get('limit') ?? '1000';
  if (!/^[1-9]\d{0,8}$/.test(limit)) throw new BadRequest('limit must be a positive integer');
  const order = params.get('sortOrder') ?? 'DESCENDING';
  if (order !== 'ASCENDING' && order !== 'DESCENDING') throw new BadRequest('sortOrder must be ASCENDING');
  const filter = params.get('filter');
  const clauses = filter === null ? [] : filter.split('&').map(clauseOf);
  const all = [...sent(house.sms(account), account), ...received(house, account)];
  const found = all.filter((it) => clauses.every((fits) => fits(it)));
  found.sort((a, b) => (BigInt(a.id ?? 0) < BigInt(b.id ?? 0) ? -1 : 1));
  if (order === 'DESCENDING') found.reverse();
  return found.slice(0, Math.min(Number(limit), Number(account.options.mostRows ?? 1000)));
}

/** Planned messages appear only after their date. */
export function sent(sms: readonly Sms[], account: Account): Message[] {
  const now = Date.now();
  return sms.filter((it) => it.acceptedAt + (it.delayMs ?? 0) <= now).map((it) => polledMessage(it, account));
}

export function received(house: House, account: Account): Message[] {
  const memory = memoryOf(account);
  return house.inbound(account).map((it) => receivedMessage(it, memory.relatedTo(it), account));
}

type Clause = (message: Message) => boolean;

function clauseOf(clause: string): Clause {
  const [, field = '', operator = '', value = ''] = /^([A-Za-z.]+)(<=|>=|=|<|>)(.*)$/s.exec(clause) ?? [];
  const fits = FIELDS[field]?.(operator, value);
  if (!fits) throw new BadRequest(`The filter has an invalid clause: ${clause}`);
  return fits;
}

/** undefined = the field does not know this operator or value. */
const FIELDS: Record<string, (operator: string, value: string) => Clause | undefined> = {
  id: (operator, value) => {
    if (!/^\d+$/.test(value) || !['<', '>'].includes(operator)) return undefined;
    const isLess = operator === '<';
    return ({ id = '0' }) => (isLess ? BigInt(id) < BigInt(value) : BigInt(id) > BigInt(value));
  },
  'submission.date': (operator, value) => {
    const at = dateIn(value);
    if (at === undefined || operator === '=') return undefined;
    return ({ submission }) => {
      const own = Date.parse(submission.date);
      if (own === at) return operator.endsWith('=');
      return operator.startsWith('<') ? own < at : own > at;
    };
  },
  type: equal(
    (it) => it.type,
    (value) => ['SENT', 'RECEIVED'].includes(value),
  ),
  'status.type': equal(
    (it) => it.status.type,
    (value) => ['ACCEPTED', 'SCHEDULED', 'SENT', 'DELIVERED', 'FAILED'].includes(value),
  ),
  'status.id': equal((it) => it.status.id),
  'submission.id': equal((it) => it.submission.id),
  userSuppliedId: equal((it) => it.userSuppliedId),
};

function equal(get: (message: Message) => string | null, isValid: (value: string) => boolean = (it) => it !== '') {
  return (operator: string, value: string): Clause | undefined => {
    return operator === '=' && isValid(value) ? (message) => get(message) === value : undefined;
  };
}

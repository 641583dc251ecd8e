/** Typed look at one entry of BulkSMS's send call. */
import { isRecord } from './answers.ts';

/** Its message is the `detail` of the answer. */
export class BadRequest extends Error {}

export interface Recipient {
  phone: string;
  /** For the templates in the text. */
  fields: readonly string[];
}

export interface Sender {
  type: 'INTERNATIONAL' | 'ALPHANUMERIC' | 'SHORTCODE' | 'REPLIABLE';
  address?: string;
}

/** All methods throw `BadRequest`, as does a field that the gateway does not know. A null is as good as nothing. */
export class Entry {
  #values: Record<string, unknown>;

  constructor(values: Record<string, unknown>) {
    for (const name of Object.keys(values)) {
      if (!FIELDS.has(name)) throw new BadRequest(`Unrecognized property ${name}`);
    }
    this.#values = values;
  }

  /** A string, an object, or an array of them. */
  recipients(): Recipient[] {
    const to = this.#value('to');
    const list = Array.isArray(to) ? to : [to];
    if (to === undefined || list.length === 0) throw new BadRequest('to is required');
    return list.map(recipientOf);
  }

  sender(): Sender | undefined {
    const from = this.#value('from');
    return from === undefined ? undefined : senderOf(from);
  }

  body(): string {
    const body = this.#value('body');
    if (typeof body !== 'string' || body === '') throw new BadRequest('body is required, as a string');
    return body;
  }

  userSuppliedId(): string | undefined {
    const id = this.#value('userSuppliedId');
    if (id === undefined || (typeof id === 'string' && id.length <= 20)) return id;
    throw new BadRequest('userSuppliedId must be a string of 20 characters at most');
  }

  among<T extends string>(name: string, values: readonly T[]): T | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    const found = values.find((it) => it === value);
    if (found === undefined) throw new BadRequest(`${name} must be one of ${values.join(', ')}`);
    return found;
  }

  wholeNumber(name: string, least: number): number | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= least) return value;
    throw new BadRequest(`${name} must be a whole number from ${least}`);
  }

  /** A number, or its name. */
  code(name: string, codes: Record<string, number>): number | undefined {
    const value = this.#value(name);
    if (typeof value !== 'string') return this.wholeNumber(name, 0);
    const code = codes[value];
    if (code === undefined) throw new BadRequest(`${name} must be one of ${Object.keys(codes).join(', ')}`);
    return code;
  }

  #value(name: string): unknown {
    return this.#values[name] ?? undefined;
  }
}

/** With an offset or `Z`; undefined = not a date, also where the plus of the offset came as a space. */
export function dateIn(value: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/.test(value)) return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : at;
}

function recipientOf(to: unknown): Recipient {
  if (typeof to === 'string') return { phone: phoneOf(to), fields: [] };
  if (!isRecord(to)) throw new BadRequest('to must be a string or an object');
  const { type = 'INTERNATIONAL', address, fields = [] } = to;
  if (type === 'GROUP') throw new BadRequest('to: there is no such group');
  if (type !== 'INTERNATIONAL') throw new BadRequest('to: type must be INTERNATIONAL or GROUP');
  if (!Array.isArray(fields) || !fields.every((it) => typeof it === 'string')) {
    throw new BadRequest('to: fields must be an array of strings');
  }
  return { phone: phoneOf(address), fields };
}

function phoneOf(address: unknown): string {
  if (typeof address === 'string' && /^\+?[1-9]\d{6,14}$/.test(address)) return address.replace('+', '');
  throw new BadRequest('to: not a valid international phone number');
}

function senderOf(from: unknown): Sender {
  if (typeof from === 'string') {
    return checked({ type: /^\+|^\d*$/.test(from) ? 'INTERNATIONAL' : 'ALPHANUMERIC', address: from });
  }
  if (!isRecord(from)) throw new BadRequest('from must be a string or an object');
  const type = SENDER_TYPES.find((it) => it === from.type);
  if (type === undefined) throw new BadRequest(`from: type must be one of ${SENDER_TYPES.join(', ')}`);
  const address = from.address ?? undefined;
  if (address !== undefined && typeof address !== 'string') throw new BadRequest('from: address must be a string');
  return checked({ type, address });
}

function checked({ type, address }: Sender): Sender {
  if (type === 'REPLIABLE') {
    if (address !== undefined) throw new BadRequest('from: REPLIABLE has no address');
    return { type };
  }
  if (!ADDRESSES[type].test(address ?? '')) throw new BadRequest(`from: not a valid sender of type ${type}`);
  return { type, address: address?.replace(/^\+/, '') };
}

const SENDER_TYPES = ['INTERNATIONAL', 'ALPHANUMERIC', 'SHORTCODE', 'REPLIABLE'] as const;
const ADDRESSES = { INTERNATIONAL: /^\+?\d{7,15}$/, ALPHANUMERIC: /^.{1,11}$/su, SHORTCODE: /^\d{1,6}$/ };

const FIELDS = new Set([
  'to',
  'body',
  'from',
  'encoding',
  'longMessageMaxParts',
  'deliveryReports',
  'messageClass',
  'protocolId',
  'routingGroup',
  'userSuppliedId',
]);

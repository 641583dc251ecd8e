/** A strict look at the JSON that MTS is sent: a name that the API does not know is an error, not a comment. */
import { isUtf8 } from 'node:buffer';
import type { Account, Call, Refusal } from '../model.ts';
import { isRecord, parseJson } from './answers.ts';

export class Invalid extends Error {
  /** 400 = the form of the body is wrong, 422 = a value in it is. */
  readonly http: 400 | 422;

  constructor(http: 400 | 422, message: string) {
    super(message);
    this.http = http;
  }
}

/** Throws `Invalid` unless the body is a JSON object in UTF-8 and says so. */
export function readObject(call: Call, known: readonly string[]): Record<string, unknown> {
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(call.headers['content-type'] ?? '')) {
    throw new Invalid(400, 'Content-Type must be application/json; charset=utf-8');
  }
  if (!isUtf8(call.body)) throw new Invalid(400, 'the body is not UTF-8');
  return membersOf(parseJson(call.body), 'body', known);
}

export function membersOf(value: unknown, path: string, known: readonly string[]): Record<string, unknown> {
  if (!isRecord(value)) throw new Invalid(400, `${path} must be an object`);
  const odd = Object.keys(value).find((it) => !known.includes(it));
  if (odd !== undefined) throw new Invalid(400, `${path} has no field ${odd}`);
  return value;
}

/** A list of at least one. */
export function listOf(value: unknown, path: string): unknown[] {
  if (!Array.isArray(value) || value.length === 0) throw new Invalid(400, `${path} must be a list of at least one`);
  return value;
}

export function stringOf(value: unknown, path: string): string {
  if (typeof value !== 'string' || value === '') throw new Invalid(400, `${path} must be a string`);
  return value;
}

/** Turns `Invalid` into what `otherwise` makes of it. */
export function unlessInvalid<T>(read: () => T, otherwise: (invalid: Invalid) => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Invalid) return otherwise(error);
    throw error;
  }
}

export const isMsisdn = (phone: string) => /^7\d{10}$/.test(phone);

/** The option `senders`: the names that are connected. All are, unless it is set. */
export function refusesSender(account: Account, sender: string | undefined): Refusal | undefined {
  const { senders } = account.options;
  if (typeof senders !== 'string') return undefined;
  const names = senders.split(',').map((it) => it.trim());
  return sender !== undefined && names.includes(sender) ? undefined : 'sender-not-allowed';
}

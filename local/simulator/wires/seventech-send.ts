/** Reads SevenTech's send request. Its steps are a cascade: the first is taken, the others would wait for its failure. */
import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { Account, Call, Submission } from '../model.ts';
import { partsOf } from '../segments.ts';
import { isRecord, parseJson } from './answers.ts';

export interface Failure {
  http: number;
  error: string;
}

export function readSend(call: Call, account: Account): Submission | Failure {
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(call.headers['content-type'] ?? '')) {
    return { http: 415, error: 'Content-Type must be application/json in UTF-8' };
  }
  const body = isUtf8(call.body) ? parseJson(call.body) : undefined;
  if (!isRecord(body)) return { http: 400, error: 'the body must be a JSON object' };
  const error = wrongTop(body);
  if (error !== undefined) return { http: 400, error };
  const steps = Array.isArray(body.scenario) ? body.scenario.map(readStep) : [];
  const wrong = steps.find((it) => typeof it === 'string');
  if (wrong !== undefined) return { http: 400, error: wrong };
  const [first] = steps;
  if (first === undefined || typeof first === 'string') return { http: 400, error: 'scenario must have a step' };
  const ownId = typeof body.clientRequestId === 'string' ? body.clientRequestId : undefined;
  const reportUrl = typeof body.callback === 'string' ? body.callback : undefined;
  const id = account.unusual ? nextNumber() : randomUUID();
  return { id, ownId, reportUrl, ...first, parts: partsOf(first.text), echo: {} };
}

function wrongTop(body: Record<string, unknown>): string | undefined {
  const { scenario, callback, clientRequestId, urlOptions } = body;
  const odd = oddName(body, ['scenario', 'callback', 'clientRequestId', 'urlOptions']);
  if (odd !== undefined) return `${odd} is not known`;
  if (!Array.isArray(scenario)) return 'scenario must be a list';
  const isUrl = typeof callback === 'string' && /^https?:\/\//.test(callback) && URL.canParse(callback);
  if (callback !== undefined && !isUrl) return 'callback must be a URI';
  const isId = typeof clientRequestId === 'string' && clientRequestId !== '' && clientRequestId.length <= LONGEST_ID;
  if (clientRequestId !== undefined && !isId) return `clientRequestId must be a string of at most ${LONGEST_ID}`;
  return urlOptions === undefined || isRecord(urlOptions) ? undefined : 'urlOptions must be an object';
}

/** A text says what is wrong. */
function readStep(step: unknown): { phone: string; text: string; sender: string } | string {
  if (!isRecord(step)) return 'a step must be an object';
  const { channel, recipient, sender, text } = step;
  const odd = oddName(step, ['channel', 'recipient', 'sender', 'text']);
  if (odd !== undefined) return `${odd} is not known in a step`;
  if (channel !== 'sms') return 'channel must be sms';
  const isMsisdn = isRecord(recipient) && recipient.type === 'MSISDN';
  if (!isMsisdn || oddName(recipient, ['type', 'value'])) return 'recipient must be of type MSISDN, with a value';
  const { value } = recipient;
  // Clients send either.
  const phone = typeof value === 'number' ? String(value) : value;
  if (typeof phone !== 'string' || !/^\d{10,15}$/.test(phone)) return 'recipient.value must be digits';
  if (typeof sender !== 'string' || sender === '') return 'sender must be a string';
  if (typeof text !== 'string' || text === '') return 'text must be a string';
  return { phone, text, sender };
}

const oddName = (value: object, known: readonly string[]) => Object.keys(value).find((it) => !known.includes(it));

/** 19 digits; growing over restarts too. */
function nextNumber(): string {
  const now = BigInt(Date.now()) * 1_000_000n;
  lastNumber = now > lastNumber ? now : lastNumber + 1n;
  return String(lastNumber);
}

let lastNumber = 0n;

const LONGEST_ID = 100;

/** Reads the parameters of edna's two calls, by the names that this installation has for them. */
import type { Account, Call, Submission } from '../model.ts';
import { partsOf } from '../segments.ts';

export type Params = ReadonlyMap<string, string>;

/** Installations differ in the names of the parameters, even between the two calls. */
export interface Installation {
  passwordField: string;
  /** `address[0]` rather than `address`. */
  indexed: boolean;
  /** `startTime` and the like are known. */
  extras: boolean;
}

export interface Failure {
  code: string;
  /** Which message it is about: its clientId, else its index. */
  own?: string;
}

export const isFailure = (found: object): found is Failure => 'code' in found;

export function installationOf({ options }: Account, call: 'send' | 'status'): Installation {
  const { passwordField = 'password', indexed = true, extraParameters = false } = options;
  const { passwordFieldStatus = passwordField, indexedStatus = indexed } = options;
  const isSend = call === 'send';
  return {
    passwordField: String(isSend ? passwordField : passwordFieldStatus),
    indexed: (isSend ? indexed : indexedStatus) === true,
    extras: extraParameters === true,
  };
}

/** undefined = the body is no form, or a name comes twice. */
export function readParams(call: Call): Params | undefined {
  const isForm = /^application\/x-www-form-urlencoded\s*(;\s*charset="?utf-8"?\s*)?$/i;
  if (call.method === 'POST' && !isForm.test(call.headers['content-type'] ?? '')) return undefined;
  const pairs = [...new URLSearchParams(call.method === 'POST' ? call.body.toString('utf8') : call.query)];
  const params = new Map(pairs);
  return params.size === pairs.length ? params : undefined;
}

export function readSend(params: Params, installation: Installation): Submission[] | Failure {
  const common = ['priority', ...(installation.extras ? EXTRAS : [])];
  const messages = messagesOf(params, installation, common, ['subject', 'address', 'text', 'clientId']);
  if (!messages) return { code: 'error-syntax' };
  const code = wrongCommon(params, installation);
  if (code !== undefined) return { code };
  const delayMs = plannedMs(installation.extras ? params.get('startTime') : undefined) ?? undefined;
  const submissions: Submission[] = [];
  for (const [index, message] of messages) {
    const wrong = wrongField(message);
    const { subject: sender, address: phone = '', text = '', clientId: ownId } = message;
    if (wrong !== undefined) return { code: wrong, own: ownId ?? index };
    submissions.push({ id: nextId(), ownId, phone, text, sender, parts: partsOf(text), delayMs, echo: { index } });
  }
  return submissions;
}

/** The ids of a status request. */
export function readIds(params: Params, installation: Installation): string[] | Failure {
  const asked = messagesOf(params, installation, [], ['providerId']);
  return asked ? [...asked.values()].map((it) => it.providerId ?? '') : { code: 'error-syntax' };
}

type Message = Partial<Record<string, string>>;

/** By index. undefined = there is none, or a name is not known or not of the form that is configured. */
function messagesOf(
  params: Params,
  { passwordField, indexed }: Installation,
  common: readonly string[],
  fields: readonly string[],
): Map<string, Message> | undefined {
  const messages = new Map<string, Message>();
  for (const [name, value] of params) {
    if (['login', passwordField, ...common].includes(name)) continue;
    const [, field = '', index] = /^([A-Za-z]+)(?:\[(0|[1-9]\d*)\])?$/.exec(name) ?? [];
    if (!fields.includes(field) || (index !== undefined) !== indexed) return undefined;
    messages.set(index ?? '0', { ...messages.get(index ?? '0'), [field]: value });
  }
  return messages.size > 0 ? messages : undefined;
}

function wrongCommon(params: Params, { extras }: Installation): string | undefined {
  const fits = (name: string, pattern: RegExp) => pattern.test(params.get(name) ?? '') || !params.has(name);
  if (!fits('priority', /^(low|normal|high|realtime)$/)) return 'error-priority-format';
  if (!extras) return undefined;
  if (plannedMs(params.get('startTime')) === null) return 'error-start-time-format';
  if (!fits('validityPeriodMinutes', /^[1-9]\d*$/)) return 'error-validity-period-minutes-format';
  return fits('contentType', /^text$/) ? undefined : 'error-content-format';
}

function wrongField({ address, subject, text, clientId }: Message): string | undefined {
  if (!address) return 'error-address-not-specified';
  if (!/^\d{10,15}$/.test(address)) return 'error-address-format';
  if (!subject) return 'error-subject-not-specified';
  // The usual bounds of a sender: 11 characters, or 15 digits.
  if (!/^([ -~]{1,11}|\d{1,15})$/.test(subject)) return 'error-subject-format';
  if (!text) return 'error-content-not-specified';
  // The alphabet is not known: only what has been seen.
  return clientId === undefined || /^[0-9a-f]{1,20}$/i.test(clientId) ? undefined : 'error-syntax';
}

/** Milliseconds from now; null = not a time. Without a zone, so it is Moscow's. */
function plannedMs(time: string | undefined): number | undefined | null {
  if (time === undefined) return undefined;
  const at = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(time) ? Date.parse(`${time.replace(' ', 'T')}+03:00`) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}

/** Decimal; growing over restarts too. */
function nextId(): string {
  lastId = Math.max(lastId + 1, Date.now());
  return String(lastId);
}

let lastId = 0;

/** Known of a sibling connector; not confirmed here. */
const EXTRAS = ['startTime', 'validityPeriodMinutes', 'contentType', 'comment'];

/** What a sender would send and how it would read what comes, without sending or writing anything. */
import iconv from 'iconv-lite';
import { SENDER_DEFAULTS } from '../db/senders.ts';
import type {
  Asked,
  Gateway,
  HookReading,
  HttpRequest,
  HttpResponse,
  PollResult,
  Reference,
  SessionCall,
  Sms,
} from '../gateways/gateway.ts';
import { ownId } from '../gateways/reference.ts';
import { secretFields } from '../gateways/secret-fields.ts';
import { outcomeOf, type SendAnswer } from '../sms/outcome.ts';
import type { DryRun, DryRunAnswer, ShownRequest } from './schemas/gateways.ts';
import type { Settings } from './sender-settings.ts';

export interface DryRunOptions {
  /** As the gateway's schema reads them. */
  settings: Settings;
  /** E.164. */
  phone: string;
  publicUrl: string | undefined;
}

export function dryRun(gateway: Gateway, asked: DryRun, { settings, phone, publicUrl }: DryRunOptions): DryRunAnswer {
  // Requests are made with the names of the secrets, so that none can come out in any form.
  const shown = withoutSecrets(gateway, settings);
  const sms: Sms = {
    phone,
    text: asked.message.text,
    ...(asked.message.from === undefined ? {} : { callerId: asked.message.from }),
    ref: REF,
    validityS: SENDER_DEFAULTS.defaultValidityS,
    priority: 'notice',
    attempt: 1,
    ...(publicUrl === undefined ? {} : { reportUrl: `${publicUrl}/hooks/TOKEN/reports` }),
  };
  const sent = gateway.send(sms, shown, sessionFor(gateway, 'send'));
  const answer = asked.answer && gateway.readSend(responseOf(asked.answer), sms, settings);
  return {
    reference: ownId(REF, gateway.traits(settings)),
    ...(gateway.login ? { login: shownRequest(gateway.login(shown)) } : {}),
    send: 'refuse' in sent ? { refused: { class: sent.refuse, detail: sent.detail } } : { request: shownRequest(sent) },
    ...(answer ? { answer: { read: answer, outcome: outcomeOf({ reach: 'answered', answer }, false) } } : {}),
    status: statusOf(gateway, asked, { phone, settings, shown, answer }),
    ...(asked.call ? { call: callOf(gateway, asked.call, settings, shown) } : {}),
  };
}

const REF: Reference = { number: 1_000_001n, installation: 'demo' };

function withoutSecrets(gateway: Gateway, settings: Settings): Settings {
  const secrets = secretFields(gateway).filter((name) => settings[name] !== undefined);
  return { ...settings, ...Object.fromEntries(secrets.map((name) => [name, `<${name}>`])) };
}

function sessionFor(gateway: Gateway, call: SessionCall): string | undefined {
  const isWanted = gateway.login !== undefined && (gateway.sessionFor?.includes(call) ?? true);
  return isWanted ? '<session>' : undefined;
}

interface StatusParts {
  phone: string;
  settings: Settings;
  shown: Settings;
  answer: SendAnswer | undefined;
}

function statusOf(
  gateway: Gateway,
  { statusAnswer }: DryRun,
  { phone, settings, shown, answer }: StatusParts,
): DryRunAnswer['status'] {
  const traits = gateway.traits(settings);
  if (traits.lookup === 'none' || !gateway.poll || !gateway.readPoll) return { request: null };
  const [given] = answer?.kind === 'accepted' ? answer.ids : [];
  const id = statusAnswer?.id ?? given?.id ?? (traits.lookup === 'own-id' ? ownId(REF, traits) : undefined) ?? SOME_ID;
  const asked: Asked[] = [{ ids: [{ id }], phone, ref: REF }];
  const request = shownRequest(gateway.poll(asked, shown, sessionFor(gateway, 'poll')));
  if (!statusAnswer) return { request };
  const read: PollResult = gateway.readPoll(responseOf(statusAnswer), asked, settings);
  return { request, read };
}

/** Digits, since some wires know ids of no other kind. */
const SOME_ID = '1234567890';

function callOf(
  gateway: Gateway,
  { method, query, headers, body }: NonNullable<DryRun['call']>,
  settings: Settings,
  shown: Settings,
): NonNullable<DryRunAnswer['call']> {
  if (!gateway.readHook) {
    return { read: { kind: 'refused', status: 400, detail: `${gateway.title} has no webhooks` }, reply: null };
  }
  const read: HookReading = gateway.readHook({ method, query, ...responseOf({ headers, body }) }, settings);
  if (read.kind === 'refused') return { read, reply: null };
  const { status = 200, headers: replied = {}, body: text = '' } = gateway.reply?.(read, shown) ?? {};
  return { read, reply: { status, headers: replied, body: text } };
}

function responseOf({ status = 0, headers, body }: { status?: number; headers: Record<string, string>; body: string }) {
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { status, headers: lower, body: iconv.encode(body, charsetOf(lower)) } satisfies HttpResponse;
}

function shownRequest({ method, url, headers, body }: HttpRequest): ShownRequest {
  if (body === undefined) return { method, url, headers };
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const text = typeof body === 'string' ? body : iconv.decode(Buffer.from(body), charsetOf(lower));
  return { method, url, headers, body: text };
}

function charsetOf(headers: Record<string, string>): string {
  const named = /charset="?([\w-]+)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  return iconv.encodingExists(named) ? named : 'utf-8';
}

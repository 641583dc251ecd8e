/** Texts from phones take effect. */
import { createHash } from 'node:crypto';
import { type NewInbound, storeInbound, storeStart } from '../db/inbound.ts';
import { PULLED } from '../db/pulls.ts';
import { type Sender, sendersOfGatewayAccount } from '../db/senders.ts';
import { storable } from '../db/storable.ts';
import { accountsToStop, suppressPhone } from '../db/suppressions.ts';
import type { InboundSms } from '../gateways/gateway.ts';
import { isStartWord, isStopWord } from '../sms/stop-words.ts';
import { signalAll } from './signal-all.ts';
import type { HookTools } from './tools.ts';

export interface InboundCall {
  id: string;
  gatewayAccountId: string;
  receivedAt: Date;
  /** Of the call, or PULLED for an answer that was fetched. */
  method: string;
}

export interface Stopped {
  /** Tells the workflows of the messages that the texts ended. */
  signal(): Promise<void>;
}

/**
 * Keeps the texts of a call and lets them take effect. When this resolves nothing leaves any more for a phone that said
 * stop: before that the call must not be answered.
 */
export async function takeTexts(tools: HookTools, call: InboundCall, texts: readonly InboundSms[]): Promise<Stopped> {
  if (texts.length === 0) return { signal: async () => {} };
  const senders = await sendersOfGatewayAccount(tools.db, tools.secretKeys, call.gatewayAccountId);
  const ended: string[] = [];
  for (const text of texts) ended.push(...(await takeText(tools, call, sendersWith(senders, text.to), text)));
  return {
    signal: () =>
      signalAll(
        ended.map((id) => () => {
          const end = { status: 'suppressed', source: 'stop-word' } as const;
          return tools.deliveries.signalEnd(id, 'stopWord', end, `stop:${id}`);
        }),
      ),
  };
}

/** Those that send from the number that received the text; where none does, all of the gateway account. */
function sendersWith(senders: readonly Sender[], number: string | undefined): readonly Sender[] {
  const digits = number?.replace(/\D/g, '') ?? '';
  if (digits === '') return senders;
  const those = senders.filter(({ defaultCallerId, verifiedCallerIds }) =>
    [defaultCallerId, ...(verifiedCallerIds ?? [])].some((callerId) => callerId !== null && isNumber(callerId, digits)),
  );
  return those.length > 0 ? those : senders;
}

function isNumber(callerId: string, digits: string): boolean {
  return /^\+?[\d ()-]+$/.test(callerId) && callerId.replace(/\D/g, '') === digits;
}

/** @returns the ids of the messages that it ended */
async function takeText(
  { db }: HookTools,
  call: InboundCall,
  senders: readonly Sender[],
  sms: InboundSms,
): Promise<string[]> {
  const text = storable(sms.text);
  const stopped = senders.filter(({ stopWords }) => isStopWord(text, stopWords));
  const effect = stopped.length > 0 ? 'stop' : isStartWord(text) ? 'start' : 'none';
  const accountIds = effect === 'stop' ? await accountsToStop(db, sms.from, stopped) : accountsOf(senders);
  const kept: NewInbound = {
    gatewayAccountId: call.gatewayAccountId,
    hookId: call.id,
    inboundId: inboundIdOf(sms, call.receivedAt),
    phone: sms.from,
    recipient: sms.to === undefined ? null : storable(sms.to, 64),
    text,
    effect,
    accountIds,
  };
  if (effect === 'start') {
    await storeStart(db, kept, listsForAll(senders));
    return [];
  }
  const stored = await storeInbound(db, kept);
  // A stop is done again with every repeat of its call, since the first may have broken off after the text was kept, and
  // this one is about to be acknowledged. Nobody is told of a fetched one, which comes again and again: it is done by the
  // answer that brought it first.
  if (effect === 'stop' && (stored !== 'known' || call.method !== PULLED)) {
    return await suppressPhone(db, {
      phone: sms.from,
      accountIds,
      global: listsForAll(stopped),
      source: 'stop-word',
      reason: 'answered with a stop word',
    });
  }
  return [];
}

function listsForAll(senders: readonly Sender[]): boolean {
  return senders.some(({ addToGlobalSuppressList }) => addToGlobalSuppressList);
}

function accountsOf(senders: readonly Sender[]): string[] {
  return [...new Set(senders.flatMap(({ accountIds }) => accountIds))];
}

/**
 * Without an id of the gateway's, the same words from the same phone at the same time are the same text; where the
 * gateway names no time, within the hour.
 */
export function inboundIdOf(sms: InboundSms, receivedAt: Date): string {
  if (sms.inboundId !== undefined && sms.inboundId.length <= 200) return storable(sms.inboundId);
  const at = sms.at ?? receivedAt.toISOString().slice(0, 13);
  const content = JSON.stringify([sms.inboundId ?? null, sms.from, sms.to ?? null, sms.text, at]);
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

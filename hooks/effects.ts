/**
 * What a gateway's call does. The API works through a call when it comes, in parts, since texts from phones must have
 * taken effect before it is answered and reports need not; housekeeping works through the calls that were left, all at
 * once. Every part is idempotent.
 */
import { closeHooks, type Hook } from '../db/hooks.ts';
import { PULLED } from '../db/pulls.ts';
import { findSender } from '../db/senders.ts';
import { storable } from '../db/storable.ts';
import type { HookReading, RawHook } from '../gateways/gateway.ts';
import { type GatewaySender, withGateway } from './gateway-sender.ts';
import { openHeaders } from './headers.ts';
import { takeTexts } from './inbound.ts';
import { bookReports, tellOfReports } from './reports.ts';
import type { HookTools } from './tools.ts';

export { type Stopped, takeTexts } from './inbound.ts';
export { bookReports, type ReportAccount, type ReportCall, tellOfReports, type Untold } from './reports.ts';
export type { HookTools } from './tools.ts';

/** A stored call that was not worked through: everything that it says takes effect, and it is closed. */
export async function workThroughHook(tools: HookTools, hook: Hook): Promise<void> {
  const sender = await findSender(tools.db, tools.secretKeys, { id: hook.senderId });
  if (!sender) throw new Error(`there is no sender ${hook.senderId}`);
  const known = withGateway(sender);
  const reading =
    hook.method === PULLED
      ? readPulled(known, hook)
      : readHook(known, { ...hook, headers: openHeaders(hook.headers, tools.secretKeys) });
  if (reading.kind !== 'read') {
    const state = reading.kind === 'nothing' ? 'nothing' : 'refused';
    await closeHooks(tools.db, [hook.id], state, storable(reading.detail, 500));
    return;
  }
  const stopped = await takeTexts(tools, hook, reading.inbound);
  const call = { hookId: hook.id, senderId: hook.senderId, reports: reading.reports };
  const account = { id: hook.gatewayAccountId, idScope: known.traits.idScope };
  await tellOfReports(tools, [await bookReports(tools, account, [call], { again: true })]);
  await closeHooks(tools.db, [hook.id], 'done');
  await stopped.signal();
}

/** `failed`: the adapter itself broke, which no repetition of the call will mend. */
export type ReadHook = HookReading | { kind: 'failed'; detail: string };

/** What a fetched answer says. It was read before it was stored, so it can be read; with other settings perhaps not. */
function readPulled({ gateway, settings }: GatewaySender, { headers, body, query, receivedAt }: Hook): ReadHook {
  const asked = { ...(query === '' ? {} : { cursor: query }), at: receivedAt.toISOString() };
  const read = gateway.readPulled?.({ status: 200, headers, body }, asked, settings);
  if (read?.kind !== 'read') return { kind: 'failed', detail: 'a fetched answer cannot be read any more' };
  return { kind: 'read', reports: [], inbound: read.inbound };
}

/** What a call says. Never throws. */
export function readHook({ gateway, settings }: GatewaySender, hook: RawHook): ReadHook {
  if (!gateway.readHook) return { kind: 'refused', status: 400, detail: `${gateway.title} has no webhooks` };
  try {
    const { method, query, headers, body } = hook;
    return gateway.readHook({ method, query, headers, body }, settings);
  } catch (err) {
    return { kind: 'failed', detail: `the adapter broke on it: ${err instanceof Error ? err.name : typeof err}` };
  }
}

/**
 * Delivery reports take effect: in the books first, so that a Temporal that is away keeps none from them, then in the
 * workflows of the messages that they ended.
 */
import { findMessage } from '../db/messages.ts';
import { applyReports, type Concerned } from '../db/reports.ts';
import { findSender } from '../db/senders.ts';
import { storable } from '../db/storable.ts';
import { suppressOptedOut } from '../db/suppressions.ts';
import type { StatusReport, Traits } from '../gateways/gateway.ts';
import { isFinal } from '../sms/status.ts';
import { signalAll } from './signal-all.ts';
import type { HookTools } from './tools.ts';

/** The reports of one stored call. */
export interface ReportCall {
  hookId: string;
  senderId: string;
  reports: readonly StatusReport[];
}

export interface ReportAccount {
  id: string;
  idScope: Traits['idScope'];
}

/** Most reports of one transaction, which holds their rows. */
const AT_ONCE = 500;

/** What calls have changed in the books, and no workflow was told of. */
export interface Untold {
  calls: readonly ReportCall[];
  ended: Concerned[];
  /** Ids of messages that an opt-out has ended. */
  stopped: string[];
}

/**
 * Lets the reports of calls to one gateway account take effect in the books, in order. Rejects where Postgres is away:
 * the calls then stay as they are.
 * @param again after a crash: the messages may have ended without their workflows having heard of it
 */
export async function bookReports(
  tools: HookTools,
  account: ReportAccount,
  calls: readonly ReportCall[],
  { again = false } = {},
): Promise<Untold> {
  const ended = new Map<string, Concerned>();
  const stopped: string[] = [];
  for (const chunk of chunksOf(calls)) {
    const { call, reports } = chunk;
    const options = { idScope: account.idScope, ...(call === undefined ? {} : { hookId: call.hookId }) };
    const concerned = await applyReports(tools.db, account.id, 'report', reports, options);
    for (const message of concerned) {
      if (message.ended || again) ended.set(message.messageId, message);
    }
    if (chunk.optOut) stopped.push(...(await takeOptOut(tools, chunk, concerned[0])));
  }
  return { calls, ended: [...ended.values()], stopped };
}

/** Tells the workflows: what is left is to close the calls. Rejects where Temporal is away. */
export async function tellOfReports(tools: HookTools, untold: readonly Untold[]): Promise<void> {
  await signalAll(
    untold.flatMap(({ ended, stopped }) => [
      ...ended.map((message) => () => tellEnded(tools, message)),
      ...stopped.map((id) => () => tools.deliveries.signalEnd(id, 'stopWord', OPTED_OUT, `stop:${id}`)),
    ]),
  );
}

const OPTED_OUT = { status: 'suppressed', source: 'suppress-list' } as const;

async function tellEnded({ deliveries }: HookTools, { messageId, status, source }: Concerned): Promise<void> {
  if (!isFinal(status)) return;
  // One for each message, whichever call brought it: Temporal drops the second.
  await deliveries.signalEnd(messageId, 'deliveryReport', { status, source }, `report:${messageId}`);
}

/**
 * The phone has told the gateway or the operator that it wants no more: it goes onto the lists of the sender of the
 * message. Where no message has the id, that of the sender whose address was called must do.
 * @returns the ids of the messages that it ended
 */
async function takeOptOut(
  { db, secretKeys }: HookTools,
  { call, reports }: OptOutChunk,
  concerned: Concerned | undefined,
): Promise<string[]> {
  const message = concerned && (await findMessage(db, concerned.messageId, null));
  const sender = await findSender(db, secretKeys, { id: message?.senderId ?? call.senderId });
  const phone = message?.phone ?? reports[0]?.phone;
  return sender && phone !== undefined ? await suppressOptedOut(db, sender, phone) : [];
}

/** What is applied in one transaction. Without a call: reports of several, of which each names its own (`hook`). */
interface Chunk {
  optOut: false;
  call: ReportCall | undefined;
  reports: StatusReport[];
}

/** An opt-out is applied alone, so that it is known which message it is about. */
interface OptOutChunk {
  optOut: true;
  call: ReportCall;
  reports: StatusReport[];
}

function chunksOf(calls: readonly ReportCall[]): (Chunk | OptOutChunk)[] {
  const chunks: (Chunk | OptOutChunk)[] = [];
  for (const call of calls) {
    for (const report of call.reports) {
      const cleaned = { ...clean(report), hook: call.hookId };
      const last = chunks.at(-1);
      if (report.optOut) chunks.push({ optOut: true, call, reports: [cleaned] });
      else if (!last || last.optOut || last.reports.length >= AT_ONCE) {
        chunks.push({ optOut: false, call, reports: [cleaned] });
      } else {
        last.reports.push(cleaned);
        if (last.call !== call) last.call = undefined;
      }
    }
  }
  return chunks;
}

/** No text of a gateway's may stop a report: ids are keys of an index, and Postgres takes neither NUL nor half characters. */
function clean(report: StatusReport): StatusReport {
  const { gatewayId, raw, errorCode, detail, ...rest } = report;
  return {
    ...rest,
    gatewayId: storable(gatewayId, 255),
    raw: storable(raw, 255),
    ...(errorCode === undefined ? {} : { errorCode: storable(errorCode, 255) }),
    ...(detail === undefined ? {} : { detail: storable(detail, 1_000) }),
  };
}

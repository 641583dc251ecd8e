/** What gateways tell of messages, by webhook or poll. */
import type { StatusReport } from '../sms/report.ts';
import type { Source, Status } from '../sms/status.ts';
import type { Db } from './connection.ts';
import { storableId, storableJson } from './storable.ts';

export interface Concerned {
  messageId: string;
  status: Status;
  source: Source | null;
  /** It has just come to its end: its workflow should hear of it. */
  ended: boolean;
}

/**
 * Lets reports of one gateway account take effect, in any order and however often. Those for ids that no message has are
 * kept until one has.
 */
export async function applyReports(
  db: Db,
  gatewayAccountId: string,
  source: 'report' | 'poll',
  reports: readonly StatusReport[],
  options: { idScope: 'account' | 'account-and-phone'; hookId?: string },
): Promise<Concerned[]> {
  if (reports.length === 0) return [];
  const rows = reports.map((r) => ({
    ...r,
    gatewayId: storableId(r.gatewayId),
    phone: options.idScope === 'account' ? '' : (r.phone ?? ''),
  }));
  return (await db.sql`
    SELECT message_id, status, source, ended
    FROM apply_reports(${gatewayAccountId}, ${source}, ${options.hookId ?? null}, ${db.sql.json(storableJson(rows) as never)})
  `) as unknown as Concerned[];
}

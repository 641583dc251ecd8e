import { applyReports as applyRight } from '../../../db/reports.ts';
import { storableId } from '../../../db/storable.ts';

export * from '../../../db/reports.ts';

/** Reports for ids that no message has are about nothing of ours. */
export const applyReports: typeof applyRight = async (db, gatewayAccountId, source, reports, options) => {
  const ids = reports.map(({ gatewayId }) => storableId(gatewayId));
  const rows = await db.sql`
    SELECT gateway_id FROM gateway_messages
    WHERE gateway_account_id = ${gatewayAccountId} AND gateway_id = ANY (${ids}::text[]) AND message_id IS NOT NULL`;
  const known = new Set(rows.map((row) => String(row.gatewayId)));
  const ours = reports.filter(({ gatewayId }) => known.has(storableId(gatewayId)));
  return await applyRight(db, gatewayAccountId, source, ours, options);
};

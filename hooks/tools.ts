import type { Db } from '../db/connection.ts';
import type { SecretKey } from '../db/secrets.ts';
import type { Deliveries } from '../runtime/deliveries.ts';

export interface HookTools {
  db: Db;
  secretKeys: readonly SecretKey[];
  deliveries: Pick<Deliveries, 'signalEnd'>;
}

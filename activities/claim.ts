/**
 * Asking for a claim. Where no answer comes, nobody knows whether it was made, or will be by a Postgres that goes on
 * later; but whoever asked has written nothing to the gateway. So the claim has a name, and the next attempt, on whatever
 * worker, gives back those that were lost. Temporal keeps their names with the activity, as details of its heartbeat.
 */
import { randomUUID } from 'node:crypto';
import { activityInfo, heartbeat } from '@temporalio/activity';
import { type Claim, type ClaimOptions, claimSend } from '../db/claims.ts';
import type { Db } from '../db/connection.ts';

interface Progress {
  lostClaims: readonly string[];
}

/** Attempts of hours, since their pauses grow. */
const MOST_LOST = 50;

/** @throws as claimSend does, after the claim was noted as lost */
export async function askForClaim(db: Db, messageId: string, options: Omit<ClaimOptions, 'name'>): Promise<Claim> {
  const { lostClaims = [] } = (activityInfo().heartbeatDetails ?? {}) as Partial<Progress>;
  const name = randomUUID();
  try {
    return await claimSend(db, messageId, { ...options, name: { claim: name, lost: lostClaims } });
  } catch (err) {
    heartbeat({ lostClaims: [...lostClaims, name].slice(-MOST_LOST) } satisfies Progress);
    throw err;
  }
}

/**
 * Asking for a claim. Where no answer comes, nobody knows whether it was made, or will be by a Postgres that goes on
 * later; but whoever asked has written nothing to the gateway. So the claim has a name, and the next attempt, on whatever
 * worker, gives back those that were lost. Temporal keeps their names with the activity, as details of its heartbeat. (A
 * probe has one attempt: its lost claim ends as one whose worker died.)
 */
import { randomUUID } from 'node:crypto';
import { activityInfo, heartbeat } from '@temporalio/activity';
import { type Claim, type ClaimOptions, claimSend } from '../db/claims.ts';
import type { Db } from '../db/connection.ts';

interface Progress {
  lostClaims: readonly string[];
}

/** The first ones: they were asked for on connections that were there, which a Postgres that goes on may still read. */
const MOST_LOST = 20;
/** There was no connection that it could have been asked on. */
const NEVER_ASKED = /^(ECONNREFUSED|CONNECT_TIMEOUT|57P03|53300)$/;

/** @throws as claimSend does, after the claim was noted as lost */
export async function askForClaim(
  db: Db,
  messageId: string,
  options: Omit<ClaimOptions, 'name' | 'lost'>,
): Promise<Claim> {
  const { lostClaims = [] } = (activityInfo().heartbeatDetails ?? {}) as Partial<Progress>;
  const name = randomUUID();
  try {
    return await claimSend(db, messageId, { ...options, name, lost: lostClaims });
  } catch (err) {
    if (lostClaims.length < MOST_LOST && !wasNeverAsked(err)) {
      heartbeat({ lostClaims: [...lostClaims, name] } satisfies Progress);
    }
    throw err;
  }
}

function wasNeverAsked(err: unknown): boolean {
  return err instanceof Error && 'code' in err && NEVER_ASKED.test(String(err.code));
}

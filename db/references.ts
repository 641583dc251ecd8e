/**
 * Our references at a gateway account: numbers of a Postgres sequence, taken in blocks so that an accept needs no round
 * trip for one. A block that a process did not use up is lost, which costs nothing.
 */
import { referenceSequence } from '../sms/names.ts';
import type { Db } from './connection.ts';

export const REFERENCE_BLOCK = 200;

export interface References {
  next(gatewayAccountId: string): Promise<bigint>;
  /** The mark of this installation, for references in text form. */
  installation(): Promise<string>;
}

export function createReferences(db: Db): References {
  const blocks = new Map<string, { next: bigint; end: bigint }>();
  const refills = new Map<string, Promise<void>>();
  let mark: string | undefined;

  async function refill(gatewayAccountId: string): Promise<void> {
    const [row] = await db.sql`SELECT nextval(${referenceSequence(gatewayAccountId)}::regclass) AS start`;
    const start = BigInt(row?.start);
    blocks.set(gatewayAccountId, { next: start, end: start + BigInt(REFERENCE_BLOCK) });
  }

  return {
    async next(gatewayAccountId) {
      for (;;) {
        const block = blocks.get(gatewayAccountId);
        if (block && block.next < block.end) return block.next++;
        const running =
          refills.get(gatewayAccountId) ?? refill(gatewayAccountId).finally(() => refills.delete(gatewayAccountId));
        refills.set(gatewayAccountId, running);
        await running;
      }
    },
    async installation() {
      if (mark === undefined) {
        const [row] = await db.sql`SELECT mark FROM installation`;
        mark = String(row?.mark);
      }
      return mark;
    },
  };
}

/** Makes the sequence of a new gateway account. `start`: a random point, so that installations do not meet. */
export function createSequenceSql(gatewayAccountId: string, start: bigint): string {
  return `CREATE SEQUENCE ${referenceSequence(gatewayAccountId)} AS bigint INCREMENT BY ${REFERENCE_BLOCK} START WITH ${start}`;
}

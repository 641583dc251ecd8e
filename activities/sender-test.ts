/** Whether a gateway lets a sender in, and how much money is left there: asked by a person. */
import type { AccessResult, SenderTestActivities } from '../workflows/contract.ts';
import type { ActivityContext } from './context.ts';
import type { KnownSender } from './sender-book.ts';

export function createSenderTestActivities(context: ActivityContext): SenderTestActivities {
  return {
    async tryAccess({ senderId, version }) {
      const known = await context.senders.get(senderId, version);
      const login = await freshSession(context, known);
      if (login?.kind === 'failed') return { ok: false, errorClass: login.class };
      const session = await context.sessions.get(known, 'balance');
      if (session?.kind === 'failed') return { ok: false, errorClass: session.class };
      return await askBalance(context, known, session?.value);
    },
  };
}

/** It is the login that is tried, so a session that is kept does not do. */
async function freshSession({ sessions }: ActivityContext, known: KnownSender) {
  const kept = await sessions.get(known, 'send');
  if (kept?.kind !== 'session' || kept.fresh) return kept;
  sessions.drop(known, kept);
  return await sessions.get(known, 'send');
}

async function askBalance(
  { http }: ActivityContext,
  { gateway, settings, sender, secrets }: KnownSender,
  session: string | undefined,
): Promise<AccessResult> {
  const request = gateway.balance?.(settings, session);
  if (!request || !gateway.readBalance) return { ok: true };
  const result = await http.call(sender.id, request, {}, { secrets });
  if (result.reach !== 'answered') return { ok: false, errorClass: 'no-answer' };
  const read = gateway.readBalance(result.response, settings);
  if ('error' in read) return { ok: false, errorClass: read.error };
  // It goes through Temporal, which is to see nothing but numbers and codes.
  return {
    ok: true,
    ...(/^-?[\d., ]{1,30}$/.test(read.amount) ? { balance: read.amount } : {}),
    ...(read.currency !== undefined && /^\p{L}{1,5}$/u.test(read.currency) ? { currency: read.currency } : {}),
  };
}

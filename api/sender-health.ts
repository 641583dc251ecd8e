import { type SenderHealth, sendersHealth } from '../db/sender-health.ts';
import type { Sender } from '../db/senders.ts';
import { withGateway } from '../hooks/gateway-sender.ts';
import type { ErrorClass } from '../sms/errors.ts';
import type { ApiContext } from './context.ts';
import type { SenderHealthView } from './schemas/sender-health.ts';
import { stateOf } from './sender-view.ts';

/** In the order of the senders. */
export async function healthsOf(
  { db }: Pick<ApiContext, 'db'>,
  senders: readonly Sender[],
): Promise<SenderHealthView[]> {
  const healths = await sendersHealth(db, senders);
  return senders.flatMap((sender) => {
    const health = healths.get(sender.id);
    return health ? [viewOf(sender, health)] : [];
  });
}

function viewOf(sender: Sender, health: SenderHealth): SenderHealthView {
  const { heldFor, heldAt, probeAt, pausedAt, pausedBy, rateLimit } = sender;
  const time = (at: Date | null) => at?.toISOString() ?? null;
  return {
    id: sender.id,
    state: stateOf(sender),
    paused: pausedAt && { since: pausedAt.toISOString(), by: pausedBy ?? '' },
    held:
      heldFor !== null && heldAt && probeAt
        ? { why: heldFor as ErrorClass, since: heldAt.toISOString(), nextProbeAt: probeAt.toISOString() }
        : null,
    queue: { waiting: health.waiting, due: health.due, oldestDueAt: time(health.oldestDueAt) },
    inFlight: { sending: health.sending, sent: health.sent, uncertain: health.uncertain },
    rate: {
      submittedInLastMinute: health.submittedInLastMinute,
      perMinute: rateLimit === null ? null : rateLimit * 60,
    },
    texts:
      withGateway(sender).traits.inbound === 'pull'
        ? { fetchedAt: time(health.pulledAt), failure: health.pullFailure }
        : null,
    errors: health.errors.map((error) => ({ ...error, lastAt: error.lastAt.toISOString() })),
  };
}

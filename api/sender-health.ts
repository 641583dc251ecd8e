import { senderHealth } from '../db/sender-health.ts';
import type { Sender } from '../db/senders.ts';
import { withGateway } from '../hooks/gateway-sender.ts';
import type { ErrorClass } from '../sms/errors.ts';
import type { ApiContext } from './context.ts';
import type { SenderHealthView } from './schemas/sender-health.ts';
import { stateOf } from './sender-view.ts';

export async function healthOf({ db }: Pick<ApiContext, 'db'>, sender: Sender): Promise<SenderHealthView> {
  const health = await senderHealth(db, sender);
  const { heldFor, heldAt, probeAt, pausedAt, pausedBy, rateLimit } = sender;
  const time = (at: Date | null) => at?.toISOString() ?? null;
  return {
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

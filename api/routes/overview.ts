/** What the overview page shows, in one answer. */
import { rollUp } from '../../db/metrics.ts';
import type { OverviewScope } from '../../db/overview.ts';
import { readOverview } from '../../db/overview.ts';
import { listTroubledSenders, type TroubledSender } from '../../db/troubled-senders.ts';
import { may } from '../auth.ts';
import { createCache } from '../cache.ts';
import type { ApiContext } from '../context.ts';
import { Problem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import {
  OVERVIEW_WINDOWS,
  type OverviewView,
  overviewQuerySchema,
  overviewSchema,
  type TroubledSenderView,
} from '../schemas/overview.ts';

/** Every open page asks anew when something happens: together they cost as much as one. */
const KEEP_MS = 1_000;
/** What counting may take of the time of an answer where housekeeping is behind; what it leaves is added up each time. */
const COUNT_MS = 60;

export function overviewRoutes({ db }: ApiContext): Route[] {
  const cache = createCache<Required<OverviewView>>(KEEP_MS, 100);

  const read = route({
    method: 'get',
    path: '/v1/overview',
    tag: 'Overview',
    summary: 'How sending does: rates, times, what waits, and senders in trouble',
    description:
      "Counted from what happened to the messages; at most a second old. A key of an account sees its account's; an " +
      "operator's key sees all, or those of the account that it names.",
    scope: 'messages:read',
    query: overviewQuerySchema,
    answers: { 200: { description: 'The figures.', schema: overviewSchema } },
    handle: async ({ query: { window, account }, key, res }) => {
      if (key.accountId !== null && account !== undefined && account !== key.accountId) throw new Problem('forbidden');
      const scope = { accountId: key.accountId ?? account?.toLowerCase() ?? null, ...OVERVIEW_WINDOWS[window] };
      const whole = await cache.get(`${window} ${scope.accountId}`, () => overviewOf(db, scope));
      const troubled = may(key, 'senders:read') ? (whole?.senders ?? []) : null;
      res.json({ ...whole, senders: key.accountId === null ? troubled : (troubled?.map(withoutNotes) ?? null) });
    },
  });

  return [read];
}

async function overviewOf(db: ApiContext['db'], scope: OverviewScope): Promise<OverviewView> {
  await rollUp(db, COUNT_MS);
  const { since, until, sent, delivered, gateways, waiting, uncertain } = await readOverview(db, scope);
  const senders = await listTroubledSenders(db, { accountId: scope.accountId, since });
  const [sentAt, deliveredAt] = [sent, delivered].map(
    (list) => new Map(list.map(({ at, count }) => [at.getTime(), count])),
  );
  return {
    since: since.toISOString(),
    until: until.toISOString(),
    stepSeconds: scope.stepS,
    steps: Array.from({ length: scope.steps }, (_, step) => {
      const at = since.getTime() + step * scope.stepS * 1000;
      return { at: new Date(at).toISOString(), sent: sentAt?.get(at) ?? 0, delivered: deliveredAt?.get(at) ?? 0 };
    }),
    gateways: gateways.map((of) => ({ ...of, deliveryRate: of.ended === 0 ? null : of.delivered / of.ended })),
    waiting,
    uncertain,
    senders: senders.map(viewOf),
  };
}

/** Who has paused it, and why, is for operators; and the last error may be another account's. */
function withoutNotes(sender: TroubledSenderView): TroubledSenderView {
  return { ...sender, pausedBy: null, lastError: null };
}

function viewOf(sender: TroubledSender): TroubledSenderView {
  const { id, name, gateway, pausedAt, pausedBy, heldFor, heldAt, waiting, uncertain } = sender;
  const { errorClass, outcome, errorCode, errorAt } = sender;
  return {
    id,
    name,
    gateway,
    state: pausedAt ? 'paused' : heldFor === null ? 'active' : 'held',
    since: (pausedAt ?? heldAt)?.toISOString() ?? null,
    pausedBy: pausedAt ? (pausedBy ?? '') : null,
    heldFor,
    waiting,
    uncertain,
    lastError:
      errorClass && outcome && errorAt ? { errorClass, outcome, errorCode, lastAt: errorAt.toISOString() } : null,
  };
}

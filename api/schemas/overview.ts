/** How sending does now. */
import { z } from 'zod';
import { ERROR_CLASSES } from '../../sms/errors.ts';
import { accountParameter } from './page.ts';
import { senderHealthSchema } from './sender-health.ts';

/** By minutes and by quarters of an hour. */
export const OVERVIEW_WINDOWS = { '1h': { steps: 60, stepS: 60 }, '24h': { steps: 96, stepS: 900 } } as const;
export type OverviewWindow = keyof typeof OVERVIEW_WINDOWS;

const time = z.iso.datetime();
const seconds = z.number().nullable();

export const overviewQuerySchema = z.strictObject({
  window: z
    .enum(['1h', '24h'], 'Is neither 1h nor 24h.')
    .default('1h')
    .meta({ description: '1h, which is the default: the last hour by minutes; 24h: the last day by quarter-hours.' }),
  account: accountParameter,
});

export const overviewStepSchema = z.object({
  at: time.meta({ description: 'Its beginning.' }),
  sent: z.int().meta({ description: 'Messages that a gateway took in it.' }),
  delivered: z.int().meta({ description: 'Messages that were reported as delivered in it.' }),
});

export const gatewayFiguresSchema = z.object({
  gateway: z.string(),
  sent: z.int().meta({ description: 'Messages that it took within the window.' }),
  ended: z.int().meta({
    description:
      'Messages that came to their end at it within the window, also those that it refused; not those that never ' +
      'reached it: suppressed, cancelled, or expired while they waited.',
  }),
  delivered: z.int().meta({ description: 'Of those that ended: the delivered ones.' }),
  deliveryRate: z.number().nullable().meta({ description: 'Delivered of ended, 0 to 1; null: none ended.' }),
  p50: seconds.meta({
    description:
      'Half of the delivered took so many seconds at most, from when they were to be sent; to within 5 % or a ' +
      'millisecond. null: none was delivered.',
  }),
  p95: seconds.meta({ description: 'The same of 95 of 100.' }),
});

export const troubledSenderSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  gateway: z.string(),
  state: z.enum(['active', 'paused', 'held']),
  since: time.nullable().meta({ description: 'Since when it is paused or held; null: it is neither.' }),
  pausedBy: z.string().nullable().meta({ description: 'Who paused it, and why if that was said.' }),
  heldFor: z
    .enum(ERROR_CLASSES)
    .nullable()
    .meta({ description: 'auth: the gateway refuses the login; no-balance: out of money.' }),
  waiting: z.int().meta({ description: 'Messages that wait for it.' }),
  uncertain: z.int().meta({ description: 'Perhaps taken: nobody knows.' }),
  lastError: senderHealthSchema.shape.errors.element
    .omit({ count: true })
    .nullable()
    .meta({ description: 'The latest trouble of its own within the window; null: none.' }),
});
export type TroubledSenderView = z.infer<typeof troubledSenderSchema>;

export const overviewSchema = z.object({
  since: time.meta({ description: 'Beginning of the window.' }),
  until: time.meta({ description: 'When these figures were true.' }),
  stepSeconds: z.int(),
  steps: z
    .array(overviewStepSchema)
    .meta({ description: 'The oldest first, without gaps; the last one is under way.' }),
  gateways: z.array(gatewayFiguresSchema).meta({ description: 'Those with which something happened in the window.' }),
  waiting: z.int().meta({ description: 'Accepted and not submitted, also those whose time has not come.' }),
  uncertain: z.int().meta({ description: 'Open, and perhaps taken: nobody knows.' }),
  senders: z
    .array(troubledSenderSchema)
    .nullable()
    .meta({
      description:
        'Up to 50 senders that are held or paused, had trouble within the window or hold uncertain messages, the worst ' +
        'first; null: the key lacks the scope senders:read.',
    }),
});
export type OverviewView = z.infer<typeof overviewSchema>;

import { z } from 'zod';

const part = z.object({ status: z.enum(['ok', 'degraded', 'unavailable']), reason: z.string().optional() });

export const livenessSchema = z.object({ status: z.literal('ok') });

/** Ready is whoever reaches Postgres: messages are accepted also while the other parts are degraded. */
export const readinessSchema = z.object({
  status: z.enum(['ok', 'degraded', 'unavailable']),
  postgres: part,
  temporal: part,
  workers: part,
});

export type Readiness = z.infer<typeof readinessSchema>;

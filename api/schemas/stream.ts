/** The same events as they happen, for browsers. */
import { z } from 'zod';
import { eventsQuerySchema, statusEventSchema } from './events.ts';

export const streamQuerySchema = eventsQuerySchema.pick({ account: true, cursor: true });

/** The data of one server-sent event `status`; its id is the cursor behind it. */
export const streamedSchema = z.object({
  events: z.array(statusEventSchema).meta({ description: 'The oldest first.' }),
});
export type Streamed = z.infer<typeof streamedSchema>;

/**
 * JSON lines on stderr. No phone number, no text and no secret is ever passed to it; as a second wall, the fields that
 * could hold one are removed.
 */
import { type Logger, pino } from 'pino';

export type { Logger };

/** All that a log has of an error where its message may hold a phone or a text. */
export const kindOf = (err: unknown): string => (err instanceof Error ? err.name : 'unknown');

const PRIVATE = ['phone', 'to', 'from', 'text', 'body', 'password', 'apiKey', 'authorization', 'settings'];

export function createLog(process: string, level: string): Logger {
  return pino(
    {
      level,
      base: { process },
      redact: { paths: [...PRIVATE, ...PRIVATE.map((field) => `*.${field}`)], remove: true },
      formatters: { level: (label) => ({ level: label }) },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

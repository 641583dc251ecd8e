/** A table that the operator fills in, for gateways whose error codes are not public. */
import { z } from 'zod';
import { ERROR_CLASSES, type ErrorClass } from '../sms/errors.ts';

export type ErrorTable = Record<string, ErrorClass>;

export const errorClasses = z
  .record(z.string(), z.enum(ERROR_CLASSES))
  .default({})
  .meta({
    title: 'Error codes',
    description:
      "What the gateway's error codes mean: a code and its class each. A code that is not here ends the SMS as " +
      'rejected; one of the class temporary or rate-limited has it sent again.',
  });

export function classOf(table: ErrorTable, code: string | undefined): ErrorClass | undefined {
  return code !== undefined && Object.hasOwn(table, code) ? table[code] : undefined;
}

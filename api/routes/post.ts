/** POST /v1/messages and POST /v1/messages/batch. */
import type { Express } from 'express';
import { type AcceptResult, accept } from '../accept.ts';
import { accountFor, keyOf, may } from '../auth.ts';
import { jsonBody } from '../body.ts';
import type { ApiContext } from '../context.ts';
import type { AcceptItem } from '../prepare.ts';
import { Problem } from '../problem.ts';
import type { BatchAnswer } from '../schemas/messages.ts';
import { batchItemSchema, batchSchema, idempotencyKeySchema, newMessageSchema } from '../schemas/new-message.ts';
import { bodyErrors, readBody, readHeader } from '../validation.ts';

const KEY_HEADER = 'Idempotency-Key';

export function addPostRoutes(app: Express, context: ApiContext): void {
  const { auth, accounts } = context;

  app.post('/v1/messages', auth.requires('messages:send'), ...jsonBody('128kb'), async (req, res) => {
    const idempotencyKey = readHeader(idempotencyKeySchema, KEY_HEADER, req.get(KEY_HEADER)) ?? null;
    const { account: named, ...request } = readBody(newMessageSchema, req.body);
    const key = keyOf(res);
    const account = await accountFor(accounts, key, named);
    const items = [{ request, idempotencyKey, pointer: '#' }];
    const [result] = await accept(context, account, items, may(key, 'phones:read'));
    if (!result) throw new Error('a message was neither accepted nor refused');
    if (result.status === 'refused') throw result.problem;
    if (result.status === 'repeated') res.set('idempotent-replayed', 'true');
    res.status(202).location(`/v1/messages/${result.message.id}`).json(result.message);
  });

  app.post('/v1/messages/batch', auth.requires('messages:send'), ...jsonBody('10mb'), async (req, res) => {
    if (req.get(KEY_HEADER) !== undefined) {
      const mend = 'Put an idempotencyKey into each of the messages.';
      const detail = 'Has no effect on a batch.';
      throw new Problem('invalid-request', { errors: [{ header: KEY_HEADER, code: 'invalid', detail, mend }] });
    }
    const batch = readBody(batchSchema, req.body);
    const key = keyOf(res);
    const account = await accountFor(accounts, key, batch.account);
    const read = batch.messages.map((message, i) => readItem(message, `#/messages/${i}`));
    const items = read.filter((one): one is AcceptItem => !(one instanceof Problem));
    const accepted = await accept(context, account, items, may(key, 'phones:read'));
    const results = new Map(items.map((item, i) => [item, accepted[i]]));
    res.json(
      answerOf(read.map((one) => (one instanceof Problem ? { status: 'refused', problem: one } : results.get(one)))),
    );
  });
}

function readItem(message: unknown, pointer: string): AcceptItem | Problem {
  const read = batchItemSchema.safeParse(message);
  if (!read.success) {
    return new Problem('invalid-request', { errors: bodyErrors(batchItemSchema, message, read.error, pointer) });
  }
  const { idempotencyKey = null, ...request } = read.data;
  return { request, idempotencyKey, pointer };
}

function answerOf(results: (AcceptResult | undefined)[]): BatchAnswer {
  const count = (status: AcceptResult['status']) => results.filter((result) => result?.status === status).length;
  return {
    accepted: count('accepted'),
    repeated: count('repeated'),
    refused: count('refused'),
    results: results.map((result) => {
      if (!result) throw new Error('a message of a batch was neither accepted nor refused');
      return result.status === 'refused' ? { status: 'refused', problem: result.problem.body() } : result;
    }),
  };
}

/** POST /v1/messages and POST /v1/messages/batch. */
import { type AcceptResult, accept } from '../accept.ts';
import { may } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import type { AcceptItem } from '../prepare.ts';
import { Problem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { type BatchAnswer, batchAnswerSchema, messageSchema } from '../schemas/messages.ts';
import { batchItemSchema, batchSchema, idempotencyKeySchema, newMessageSchema } from '../schemas/new-message.ts';
import { bodyErrors, readHeader } from '../validation.ts';

const KEY_HEADER = 'Idempotency-Key';

export function postRoutes(context: ApiContext): Route[] {
  const one = route({
    method: 'post',
    path: '/v1/messages',
    tag: 'Messages',
    summary: 'Accept one SMS',
    description: 'The same Idempotency-Key with the same body is the same SMS, however often it is posted.',
    scope: 'messages:send',
    headers: { [KEY_HEADER]: idempotencyKeySchema },
    body: newMessageSchema,
    answers: { 202: { description: 'It is accepted, and will come to a final status.', schema: messageSchema } },
    problems: ['account-required', 'idempotency-key-reused', 'message-gone'],
    handle: async ({ req, res, body, key, account: accountFor }) => {
      const idempotencyKey = readHeader(idempotencyKeySchema, KEY_HEADER, req.get(KEY_HEADER)) ?? null;
      const { account: named, ...request } = body;
      const account = await accountFor(named);
      const items = [{ request, idempotencyKey, pointer: '#', isTest: key.kind === 'test' }];
      const [result] = await accept(context, account, items, may(key, 'phones:read'));
      if (!result) throw new Error('a message was neither accepted nor refused');
      if (result.status === 'refused') throw result.problem;
      if (result.status === 'repeated') res.set('idempotent-replayed', 'true');
      res.status(202).location(`/v1/messages/${result.message.id}`).json(result.message);
    },
  });

  const batch = route({
    method: 'post',
    path: '/v1/messages/batch',
    tag: 'Messages',
    summary: 'Accept up to 1,000 SMS, each with a result of its own',
    scope: 'messages:send',
    body: batchSchema,
    bodyLimit: '10mb',
    answers: { 200: { description: 'What became of each.', schema: batchAnswerSchema } },
    problems: ['account-required'],
    handle: async ({ req, res, body, key, account: accountFor }) => {
      if (req.get(KEY_HEADER) !== undefined) {
        const mend = 'Put an idempotencyKey into each of the messages.';
        const detail = 'Has no effect on a batch.';
        throw new Problem('invalid-request', { errors: [{ header: KEY_HEADER, code: 'invalid', detail, mend }] });
      }
      const account = await accountFor(body.account);
      const isTest = key.kind === 'test';
      const read = body.messages.map((message, i) => readItem(message, `#/messages/${i}`, isTest));
      const items = read.filter((item): item is AcceptItem => !(item instanceof Problem));
      const accepted = await accept(context, account, items, may(key, 'phones:read'));
      const results = new Map(items.map((item, i) => [item, accepted[i]]));
      res.json(
        answerOf(
          read.map((item) => (item instanceof Problem ? { status: 'refused', problem: item } : results.get(item))),
        ),
      );
    },
  });

  return [one, batch];
}

function readItem(message: unknown, pointer: string, isTest: boolean): AcceptItem | Problem {
  const read = batchItemSchema.safeParse(message);
  if (!read.success) {
    return new Problem('invalid-request', { errors: bodyErrors(batchItemSchema, message, read.error, pointer) });
  }
  const { idempotencyKey = null, ...request } = read.data;
  return { request, idempotencyKey, pointer, isTest };
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

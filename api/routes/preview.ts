/** POST /v1/messages/preview: what would become of a message. Nothing is written and no reference drawn. */
import { suppressionsOf } from '../../db/suppressions.ts';
import { countryOf, maskPhone } from '../../sms/phone.ts';
import { charactersLeft } from '../../sms/segments.ts';
import { may } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { type Draft, examine } from '../examine.ts';
import { Problem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { newMessageSchema } from '../schemas/new-message.ts';
import { type Preview, previewRequestSchema, previewSchema } from '../schemas/preview.ts';
import { bodyErrors } from '../validation.ts';

export function previewRoutes(context: ApiContext): Route[] {
  const preview = route({
    method: 'post',
    path: '/v1/messages/preview',
    tag: 'Messages',
    summary: 'What would become of an SMS',
    description:
      'Takes what POST /v1/messages takes, or a part of it, and writes nothing. What would be refused is said under ' +
      '`errors`, with 200.',
    scope: 'messages:send',
    body: previewRequestSchema,
    answers: { 200: { description: 'What would become of it.', schema: previewSchema } },
    problems: ['account-required'],
    handle: async ({ body, key, res, account: accountFor }) => {
      const read = newMessageSchema.safeParse(body);
      const wrong = read.success ? [] : bodyErrors(newMessageSchema, body, read.error);
      const named = newMessageSchema.shape.account.safeParse(body.account);
      if (!named.success) throw new Problem('invalid-request', { errors: wrong });
      const account = await accountFor(named.data);
      const draft = draftOf(body);
      const examined = await examine(context, account, draft, { pointer: '#', isTest: key.kind === 'test' });
      const { phone, segments, known, callerId } = examined;
      const errors = [...wrong, ...examined.errors];
      const lists = phone === null ? [] : await suppressionsOf(context.db, phone);
      res.json({
        wouldBeAccepted: errors.length === 0,
        errors,
        to: phone === null || may(key, 'phones:read') ? phone : maskPhone(phone),
        country: (phone !== null && countryOf(phone)) || null,
        from: callerId,
        sender: known?.sender.name ?? null,
        encoding: segments?.encoding ?? null,
        parts: segments?.segments ?? null,
        charactersLeft: draft.text === undefined ? null : charactersLeft(draft.text),
        maxParts: known?.sender.maxParts ?? null,
        suppressedBy: lists
          .filter(({ accountId }) => accountId === null || accountId === account.id)
          .map(({ accountId, source, reason, createdAt }) => ({
            list: accountId === null ? 'global' : 'account',
            source,
            reason,
            since: createdAt.toISOString(),
          })),
      } satisfies Preview);
    },
  });

  return [preview];
}

/** The fields that are there and right by themselves. */
function draftOf(body: Record<string, unknown>): Draft {
  const { to, text, sender, from } = newMessageSchema.shape;
  return {
    to: to.safeParse(body.to).data,
    text: text.safeParse(body.text).data,
    sender: sender.safeParse(body.sender).data,
    from: from.safeParse(body.from).data,
  };
}

/** POST /v1/erasures: one phone is erased everywhere but on the suppress lists. */
import { type Erasure, erasePhone } from '../../db/erasure.ts';
import { parsePhone } from '../../sms/phone.ts';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { Problem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { type ErasureView, erasureRequestSchema, erasureSchema } from '../schemas/erasure.ts';

const FOR_OPERATORS = 'Only with a key for all accounts.';

export function erasureRoutes({ db }: ApiContext): Route[] {
  const erase = route({
    method: 'post',
    path: '/v1/erasures',
    tag: 'Erasure',
    summary: 'Erase a phone everywhere but on the suppress lists',
    description:
      'Of its messages stay ids, times, senders, statuses and parts. It looks through all webhook calls that are ' +
      `kept, which may take a minute, and can be repeated. ${FOR_OPERATORS}`,
    scope: 'admin',
    body: erasureRequestSchema,
    answers: { 200: { description: 'What was erased now.', schema: erasureSchema } },
    problems: ['conflict'],
    handle: async ({ body, key, res }) => {
      if (key.accountId !== null) throw new Problem('forbidden', { detail: FOR_OPERATORS });
      const phone = parsePhone(body.phone);
      if (!phone.ok) {
        throw new Problem('invalid-request', {
          errors: [{ pointer: '#/phone', code: 'invalid-phone', detail: phone.reason }],
        });
      }
      const erasure = await erasePhone(db, actorOf(key), phone.e164);
      if (erasure.kind === 'open') throw new Problem('conflict', { detail: whyNot(erasure) });
      res.json(erasure.counts satisfies ErasureView);
    },
  });

  return [erase];
}

function whyNot({ messages, calls }: Extract<Erasure, { kind: 'open' }>): string {
  if (messages > 0) {
    return `Open messages to this phone: ${messages}. Cancel them, or wait until they have come to an end; nothing was erased.`;
  }
  return `Calls about this phone that are being worked through: ${calls}. Repeat it in a minute; nothing was erased.`;
}

/** Posts messages, however many tries it takes, and writes down what was answered. */
import { randomUUID } from 'node:crypto';
import { moment } from '../../../local/simulator/book.ts';
import type { Journal } from '../journal.ts';
import type { SeededAccount } from '../seed.ts';
import type { Client } from './client.ts';
import type { Made } from './messages.ts';

export interface Poster {
  /** @returns the id, where it was accepted */
  one(account: SeededAccount, made: Made, key?: string): Promise<string | undefined>;
  batch(account: SeededAccount, made: readonly Made[]): Promise<void>;
  /** Whatever was answered is written down. */
  cancel(account: SeededAccount, messageId: string): Promise<void>;
}

const PATH = '/v1/messages';

/** A message that the API refuses for what it is would be a load that only seems to be one. */
function refuse({ mark }: Made, problem: Record<string, unknown>): never {
  throw new Error(`${mark} was refused: ${JSON.stringify(problem)}`);
}

const KEY_REUSED = 'idempotency-key-reused';

export function createPoster(client: Client, journal: Journal): Poster {
  return {
    async one(account, made, key = randomUUID()) {
      const begun = moment();
      const answer = await client.post(account.apiKey, PATH, made.message, { 'idempotency-key': key });
      const messageId = answer?.status === 202 ? String(answer.body.id) : undefined;
      if (answer && messageId === undefined && !String(answer.body.type).endsWith(KEY_REUSED))
        refuse(made, answer.body);
      journal.add({
        kind: 'posted',
        begun,
        ...told(account, made, key),
        batch: false,
        ...answeredAs(answer?.status, messageId),
      });
      if (answer && answer.tries > 1) journal.note(`${made.mark} was answered at try ${answer.tries}`);
      return messageId;
    },

    async batch(account, made) {
      const begun = moment();
      const keyed = made.map((it) => ({ ...it, key: randomUUID() }));
      const messages = keyed.map(({ message, key }) => ({ ...message, idempotencyKey: key }));
      const answer = await client.post(account.apiKey, `${PATH}/batch`, { messages });
      const results = (answer?.body.results ?? []) as BatchResult[];
      const over = moment();
      for (const [i, one] of keyed.entries()) {
        const result = results[i];
        if (result?.problem) refuse(one, result.problem);
        const status = result?.message ? 202 : answer?.status;
        const answered = answeredAs(status, result?.message?.id);
        journal.add({ kind: 'posted', begun, ...told(account, one, one.key), batch: true, ...answered }, over);
      }
      if (answer && answer.tries > 1)
        journal.note(`the batch of ${keyed[0]?.mark} was answered at try ${answer.tries}`);
    },

    async cancel(account, messageId) {
      const begun = moment();
      const answer = await client.post(account.apiKey, `${PATH}/${messageId}/cancel`);
      if (answer) journal.add({ kind: 'cancelled', begun, messageId, status: answer.status });
      else journal.note(`the cancel of ${messageId} was never answered`);
    },
  };
}

interface BatchResult {
  message?: { id: string };
  problem?: Record<string, unknown>;
}

function told({ name }: SeededAccount, { mark, message }: Made, key: string) {
  return { account: name, sender: message.sender, phone: message.to, key, mark };
}

function answeredAs(status: number | undefined, messageId: string | undefined) {
  return { ...(status !== undefined && { status }), ...(messageId !== undefined && { messageId }) };
}

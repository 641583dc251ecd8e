/** SMSimple's errors are sentences, of which no list is published: single words in them tell what they are about. */
import type { ErrorClass } from '../sms/errors.ts';
import type { Trouble } from './http-answers.ts';

export function smsimpleTrouble({ text, code }: { text: string; code?: string }): Trouble | { kind: 'session-lost' } {
  const meaning = WORDS.find(([words]) => words.test(text))?.[1] ?? 'unknown';
  if (meaning === 'session-lost') return { kind: 'session-lost' };
  return {
    kind: 'error',
    class: meaning,
    ...(code === undefined ? {} : { code }),
    detail: text,
    // Where SMSimple itself has failed, it does not say how far it got.
    notTaken: meaning !== 'temporary',
  };
}

/** The first that is found in the text counts. */
const WORDS: readonly (readonly [RegExp, ErrorClass | 'session-lost'])[] = [
  [/internal|server error|внутренн|ошибка сервера/i, 'temporary'],
  [/баланс|средств|balance/i, 'no-balance'],
  [/телефон|номер\S* абонента|phone/i, 'invalid-recipient'],
  [/подпис|origin/i, 'sender-not-allowed'],
  [/сесси|session/i, 'session-lost'],
];

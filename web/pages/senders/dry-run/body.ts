/** What is pasted into the dry run, and the request that it makes. */
import type { Settings } from '../../../parts/schema-form/values.ts';

interface PastedContent {
  /** A line for each: `Name: value`. */
  headers: string;
  body: string;
}

export interface Pasted {
  message: { to: string; text: string; from: string };
  answer: PastedContent & { status: number | string };
  statusAnswer: PastedContent & { status: number | string; id: string };
  call: PastedContent & { method: string; query: string };
}

export const NOTHING_PASTED: Pasted = {
  message: { to: '+79995550101', text: 'Hello', from: '' },
  answer: { status: 200, headers: '', body: '' },
  statusAnswer: { id: '', status: 200, headers: '', body: '' },
  call: { method: 'POST', query: '', headers: '', body: '' },
};

/** For POST /v1/gateways/:name/dry-run. What was not pasted is not read. */
export function bodyOf({ message, answer, statusAnswer, call }: Pasted, settings: Settings) {
  const { to, text, from } = message;
  return {
    settings,
    message: { to, text, ...(from === '' ? {} : { from }) },
    ...(isPasted(answer) ? { answer: { ...answer, ...contentOf(answer) } } : {}),
    ...(isPasted(statusAnswer)
      ? { statusAnswer: { ...statusAnswer, ...contentOf(statusAnswer), id: statusAnswer.id || undefined } }
      : {}),
    ...(isPasted(call) || call.query !== '' ? { call: { ...call, ...contentOf(call) } } : {}),
  };
}

function isPasted({ headers, body }: PastedContent): boolean {
  return headers.trim() !== '' || body !== '';
}

function contentOf({ headers, body }: PastedContent) {
  const lines = headers.split('\n').filter((line) => line.trim() !== '');
  return {
    headers: Object.fromEntries(
      lines.map((line) => {
        const [name = '', ...value] = line.split(':');
        return [name.trim(), value.join(':').trim()];
      }),
    ),
    body,
  };
}

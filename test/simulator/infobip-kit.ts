/** Requests to the simulated Infobip, as its documentation shows them. */
import type { Started } from './kit.ts';

export const PHONE = '79995550101';

/** The documentation's own sample. */
export const sample = (to = PHONE, id = 'wf-7f3a-1', url?: string) => ({
  messages: [
    {
      sender: 'ACME',
      destinations: [{ to, messageId: id }],
      content: { text: 'Код 4821' },
      options: { validityPeriod: { amount: 10, timeUnit: 'MINUTES' } },
      webhooks: {
        ...(url === undefined ? {} : { delivery: { url } }),
        contentType: 'application/json',
        callbackData: 'wf-7f3a',
      },
    },
  ],
  options: { includeSmsCountInResponse: true },
});

export interface Entry {
  messageId: string;
  destination?: string;
  status: { id: number; groupId: number };
  error?: unknown;
}

export interface Body {
  messages: [Entry, ...Entry[]];
  results: [Entry, ...Entry[]];
  cursor: { nextCursor: string | null };
  errorCode: string;
  violations: { property: string }[];
  balance: number;
  currency: string;
}

export async function post(simulator: Started, path: string, body: unknown, authorization = 'App 0a1b2c3d-example') {
  const answer = await fetch(`${simulator.url}/infobip${path}`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json', accept: 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Body };
}

export async function get(simulator: Started, path: string, authorization = 'App 0a1b2c3d-example') {
  const answer = await fetch(`${simulator.url}/infobip${path}`, { headers: { authorization } });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Body };
}

export const send3 = (simulator: Started, body: unknown) => post(simulator, '/sms/3/messages', body);
export const send2 = (simulator: Started, body: unknown) => post(simulator, '/sms/2/text/advanced', body);

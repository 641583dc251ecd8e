/** Requests to the simulated Rapporto, as its documentation shows them. */
import type { Started } from './kit.ts';

export const PHONE = '79001112233';
export const ACCOUNT = { wire: 'rapporto', login: 'acme_sms' };
export const FORM = { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' };

/** The documentation's own sample. */
export const SAMPLE =
  'serviceId=acme_sms&pass=s3cret&clientId=79001112233&message=%D0%9F%D1%80%D0%B8%D0%B2%D0%B5%D1%82&source=ACME' +
  '&partnerMsgId=5f0c1e7a-1&ptag=camp-17';

export type Changes = Record<string, string | undefined>;

function sample(changes: Changes): string {
  const params = new URLSearchParams(SAMPLE);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) params.delete(name);
    else params.set(name, value);
  }
  return params.toString();
}

export async function post(
  simulator: Started,
  body: string,
  headers: Record<string, string> = FORM,
  path = '/acme_sms',
) {
  const answer = await fetch(`${simulator.url}/rapporto${path}`, { method: 'POST', headers, body });
  return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() };
}

export const send = (simulator: Started, changes: Changes = {}) => post(simulator, sample(changes));
export const set = (simulator: Started, settings: object) => simulator.control('accounts', { ...ACCOUNT, ...settings });
export const idOf = (body: string) => /^OK\n(\d{19})$/.exec(body)?.[1];

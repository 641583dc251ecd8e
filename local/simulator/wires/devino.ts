/** Devino Telecom: two APIs under one name, `/online` (JSON, API key) and `/rest2` (forms, login and password). */
import type { IncomingHttpHeaders } from 'node:http';
import type { Account, Answer, Call, HookCall, Inbound, Trouble } from '../model.ts';
import { inUtf16, text } from './answers.ts';
import { credentialsOf, online, onlineFailure } from './devino-online.ts';
import { paramsOf, rest2, restFailure } from './devino-rest2.ts';
import type { House, Reply, Submit, Wire } from './wire.ts';

export const devino: Wire = {
  name: 'devino',
  title: 'Devino Telecom',
  sendPaths: ['/online/sms/messages', '/rest2/Sms/Send'],
  allOrNothing: false,
  tellsEveryChange: false,
  price: 2.35,
  // After an error 5 minutes by the newer text; how often is only in the older one.
  hookRetryMinutes: [5, 5, 5, 5],
  loginOf,
  handle,
  trouble,
  oddCharset: inUtf16,
  // The one API has no reports, the other's are not documented.
  reportCalls: () => [],
  inboundCalls: (inbound, account) => inbound.flatMap((it) => inboundCall(it, account)),
  inboundId: String,
};

function handle(call: Call, house: House): Reply | Submit {
  const [, api, path = ''] = /^\/(online|rest2)(\/.*)$/.exec(call.path) ?? [];
  if (api === 'online') return online({ ...call, path }, house);
  if (api === 'rest2') return rest2({ ...call, path }, house);
  return { kind: 'reply', call: 'other', answer: text(404, 'Not Found'), refused: 'no such API' };
}

function trouble(what: Trouble, call: Call): Answer {
  const isOnline = call.path.startsWith('/online/');
  switch (what) {
    case 'auth':
      return isOnline ? onlineFailure(401, 'forbidden', 'authorization') : restFailure(4);
    case 'error-500':
      return isOnline ? onlineFailure(500, 'unknown', '') : restFailure(9);
    case 'rate-limited':
      return retrying(isOnline ? onlineFailure(429, 'too.many.messages', '') : text(429, 'Too Many Requests'));
    case 'unavailable':
      return retrying(text(503, '<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>'));
  }
}

const retrying = (answer: Answer): Answer => ({ ...answer, headers: { ...answer.headers, 'retry-after': '1' } });

/** All in the URL; unusual accounts get a form. */
function inboundCall(inbound: Inbound, account: Account): HookCall[] {
  const url = account.hooks.inbound;
  if (url === undefined) return [];
  const params = new URLSearchParams({
    sourcePhone: inbound.from,
    number: inbound.to,
    prefix: String(account.options.prefix ?? ''),
    text: inbound.text,
    messageId: inbound.id,
  }).toString();
  const common = { reports: [], inbound: [inbound], sendsBack };
  if (!account.unusual) {
    return [
      { method: 'GET', url: `${url}${url.includes('?') ? '&' : '?'}${params}`, headers: {}, body: '', ...common },
    ];
  }
  return [{ url, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: params, ...common }];
}

/** An answer `{sms=<text>}` goes to the person. */
function sendsBack(status: number, body: string): string[] {
  const answered = /^\s*\{sms=(.+)\}\s*$/s.exec(body)?.[1];
  return status === 200 && answered !== undefined ? [answered] : [];
}

function loginOf(headers: IncomingHttpHeaders, query: string): string | undefined {
  return credentialsOf(headers)?.login ?? paramsOf(query).get('login');
}

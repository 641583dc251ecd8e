/**
 * MTS: the REST API with HTTP Basic under `/http-api/v1`, and the smaller token API under `/mcom`.
 * Its documentation announces webhooks, but their form is not known: there are none.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { basicOf, inUtf16 } from './answers.ts';
import { handleRest, restTrouble } from './mts-rest.ts';
import { bearerOf, handleToken, tokenTrouble } from './mts-token.ts';
import type { Wire } from './wire.ts';

export const mts: Wire = {
  name: 'mts',
  title: 'MTS',
  sendPaths: ['/http-api/v1/messages', '/mcom/messageManagement/messages'],
  allOrNothing: true,
  tellsEveryChange: true,
  price: 2.5,
  hookRetryMinutes: [],
  loginOf: (headers: IncomingHttpHeaders) => basicOf(headers.authorization)?.user ?? bearerOf(headers.authorization),
  handle: (call, house) => (isToken(call.path) ? handleToken(call, house) : handleRest(call, house)),
  trouble: (what, call) => (isToken(call.path) ? tokenTrouble(what) : restTrouble(what)),
  oddCharset: inUtf16,
  reportCalls: () => [],
  inboundCalls: () => [],
  inboundId: String,
};

const isToken = (path: string) => path.startsWith('/mcom/');

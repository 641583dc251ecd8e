/** MTS's token API: HTTP 200 also for SMS that are refused; `fault` where the front turns a request away. */
import type { Account, Answer, Call, Refusal, Submission, Trouble } from '../model.ts';
import { partsOf } from '../segments.ts';
import { json, text } from './answers.ts';
import { isMsisdn, listOf, membersOf, readObject, refusesSender, stringOf, unlessInvalid } from './mts-fields.ts';
import type { House, Reply, Result, Submit } from './wire.ts';

export function handleToken(call: Call, house: House): Reply | Submit {
  if (call.path !== '/mcom/messageManagement/messages') return turnedAway('other', fault(404, 'No matching resource'));
  if (call.method !== 'POST') return turnedAway('send', fault(405, 'Method not allowed'));
  const token = bearerOf(call.headers.authorization);
  const account = token === undefined ? undefined : house.admit(token);
  if (!account) return turnedAway('send', tokenTrouble('auth'), token);
  return unlessInvalid<Reply | Submit>(
    () => send(call, account),
    ({ http, message }) => turnedAway('send', fault(account.unusual ? 200 : http, message), account.login),
  );
}

function send(call: Call, account: Account): Submit {
  const body = readObject(call, ['submits', 'naming']);
  const sender = stringOf(body.naming, 'naming');
  const submissions = listOf(body.submits, 'submits').map((it, i): Submission => {
    const submit = membersOf(it, `submits[${i}]`, ['msid', 'message']);
    const phone = stringOf(submit.msid, `submits[${i}].msid`);
    const message = stringOf(submit.message, `submits[${i}].message`);
    return { id: nextId(), phone, text: message, sender, parts: partsOf(message), echo: {} };
  });
  return {
    kind: 'submit',
    account,
    submissions,
    judge: ({ phone }): Refusal | undefined => (isMsisdn(phone) ? refusesSender(account, sender) : 'invalid-recipient'),
    answer: (results, withIds) => sendAnswer(results, withIds, account),
  };
}

function sendAnswer(results: readonly Result[], withIds: boolean, account: Account): Answer {
  const submitResults = results.map(({ submission: { id, phone: msid }, refusal }) => {
    if (refusal !== undefined) return { msid, code: 'ERROR' };
    return { msid, code: 'OK', ...(withIds ? { messageID: id } : {}) };
  });
  const answer = json(200, { data: { submitResults } });
  if (account.unusual) return answer;
  // A number, too large for a double.
  return { ...answer, body: Buffer.from(answer.body.toString().replace(/"messageID":"(\d+)"/g, '"messageID":$1')) };
}

export const bearerOf = (authorization: string | undefined) => /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];

const fault = (http: number, description: string, headers: Record<string, string> = {}) =>
  json(http, { fault: { code: 900000 + http, message: 'Request refused', description } }, headers);

function turnedAway(kind: 'send' | 'other', answer: Answer, login?: string): Reply {
  const refused = `fault under HTTP ${answer.status}`;
  return { kind: 'reply', call: kind, login, answer, refused, count: kind === 'send' ? 1 : 0 };
}

export function tokenTrouble(what: Trouble): Answer {
  switch (what) {
    case 'auth':
      return fault(401, 'Invalid or expired token');
    case 'rate-limited':
      return fault(429, 'Message throttled out', { 'retry-after': '1' });
    case 'unavailable':
      return fault(503, 'The endpoint is suspended', { 'retry-after': '1' });
    case 'error-500':
      return text(500, 'Internal Server Error');
  }
}

/** 19 digits; growing over restarts too. */
function nextId(): string {
  const now = BigInt(Date.now()) * 1_000_000n;
  lastId = now > lastId ? now : lastId + 1n;
  return String(lastId);
}

let lastId = 0n;

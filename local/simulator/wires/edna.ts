/** edna's HPG connector: parameters in by GET or POST, fields between semicolons out, HTTP 200 also for errors. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Account, Answer, Call, Refusal, Sms, Trouble } from '../model.ts';
import { inUtf16, text } from './answers.ts';
import {
  type Installation,
  installationOf,
  isFailure,
  type Params,
  readIds,
  readParams,
  readSend,
} from './edna-forms.ts';
import type { House, Reply, Result, Submit, Wire } from './wire.ts';

export const edna: Wire = {
  name: 'edna',
  title: 'edna',
  // The core knows whole paths only: resets before the body need one of these.
  sendPaths: ['/acmebank/connector0/send', '/acmebank/connector1/send'],
  allOrNothing: false,
  tellsEveryChange: true,
  price: 0,
  hookRetryMinutes: [],
  loginOf: (_: IncomingHttpHeaders, query: string) => new URLSearchParams(query).get('login') || undefined,
  handle,
  trouble,
  oddCharset: inUtf16,
  // Neither reports nor inbound SMS are known to be pushed.
  reportCalls: () => [],
  inboundCalls: () => [],
  inboundId: String,
};

function handle(call: Call, house: House): Reply | Submit {
  const [, client, connector, name] = /^\/([\w-]+)\/(connector\d+)\/(send|status)$/.exec(call.path) ?? [];
  if (name === undefined) return failed({ kind: 'other', http: 404 }, 'error-not-found');
  const kind = name === 'send' ? 'send' : 'status';
  if (call.method !== 'GET' && call.method !== 'POST') return failed({ kind, http: 405 }, 'error-syntax');
  const params = readParams(call);
  const login = params?.get('login');
  if (!params || !login) return failed({ kind }, 'error-syntax');
  const known = house.admit(login);
  if (!known) return failed({ kind, login }, 'error-auth');
  const installation = installationOf(known, kind);
  const password = params.get(installation.passwordField);
  if (password === undefined) return failed({ kind, account: known }, 'error-syntax');
  const account = house.admit(login, password);
  if (!account) return failed({ kind, account: known }, 'error-auth');
  const { options } = account;
  if ((options.client ?? client) !== client || (options.connector ?? connector) !== connector) {
    return failed({ kind, account }, 'error-not-found');
  }
  return kind === 'send' ? send(params, installation, house, account) : status(params, installation, house, account);
}

function send(params: Params, installation: Installation, house: House, account: Account): Reply | Submit {
  const submissions = readSend(params, installation);
  if (isFailure(submissions)) return failed({ kind: 'send', account }, submissions.code, submissions.own);
  const { failWith } = account.options;
  const own = (submission: Result['submission'] | undefined) => submission?.ownId ?? submission?.echo.index;
  if (typeof failWith === 'string') return failed({ kind: 'send', account }, failWith, own(submissions[0]));
  const ids = idsOf(account);
  return {
    kind: 'submit',
    account,
    submissions,
    judge: ({ id, ownId, sender }): Refusal | undefined => {
      if (refusesSender(account, sender)) return 'sender-not-allowed';
      if (ownId === undefined) return undefined;
      const first = house.find(account, ids.get(ownId) ?? '');
      if (first && account.options.uniqueClientIds !== false) return 'duplicate';
      ids.set(ownId, id);
      return undefined;
    },
    answer: (results, withIds) =>
      lines(
        results.map(({ submission, refusal }) => {
          if (refusal === undefined) return ['ok', own(submission), withIds ? submission.id : ''];
          return [REFUSED[refusal], own(submission), refusal === 'duplicate' ? ids.get(submission.ownId ?? '') : ''];
        }),
        account,
      ),
  };
}

const REFUSED: Record<Refusal, string> = {
  'invalid-recipient': 'error-address-format',
  'missing-recipient': 'error-address-not-specified',
  blocked: 'error-address-unknown',
  'no-balance': 'error-insufficient-balance',
  duplicate: 'error-client-id-not-unique',
  'too-long': 'error-content-format',
  'sender-not-allowed': 'error-subject-unknown',
};

function status(params: Params, installation: Installation, house: House, account: Account): Reply {
  const ids = readIds(params, installation);
  if (isFailure(ids)) return failed({ kind: 'status', account }, ids.code);
  const rows = ids.map((id) => {
    const sms = house.find(account, id);
    return sms ? ['ok', id, ...statusOf(sms, account.unusual)] : ['error-provider-id-unknown', id, '', '', ''];
  });
  return { kind: 'reply', call: 'status', login: account.login, answer: lines(rows, account), asked: ids.join(' ') };
}

/** Word, Moscow time, reason. The words of the reasons are made up. */
function statusOf(sms: Sms, unusual: boolean): string[] {
  const date = new Date(sms.statusAt + MOSCOW_MS).toISOString().slice(0, 19).replace('T', ' ');
  const word = wordOf(sms);
  if (!unusual) return [word, date, reasonOf(sms)];
  return [word === 'failed' ? 'ERROR-SYSTEM' : word.toUpperCase(), date];
}

function wordOf(sms: Sms): string {
  switch (sms.status) {
    case 'pending':
      return sms.delayMs !== undefined && Date.now() < sms.acceptedAt + sms.delayMs ? 'delayed' : 'enqueued';
    case 'rejected':
      return 'failed';
    default:
      return sms.status;
  }
}

function reasonOf({ status, reason }: Sms): string {
  if (status === 'rejected') return reason === 'opted-out' ? 'subscriber opted out' : 'platform error';
  return status === 'undelivered' ? 'absent subscriber' : '';
}

/** One line for each SMS. The unusual ones end with one semicolon more and a line break. */
function lines(rows: readonly (readonly (string | undefined)[])[], account: Account): Answer {
  const all = rows.map((row) => row.map((it) => it ?? '').join(';'));
  return text(200, account.unusual ? all.map((it) => `${it};\r\n`).join('') : all.join('\n'));
}

interface Failed {
  kind: 'send' | 'status' | 'other';
  login?: string;
  account?: Account;
  http?: number;
}

/** In the unusual form errors of the whole request have an HTTP status of their own. */
function failed({ kind, account, login = account?.login, http = 200 }: Failed, code: string, own?: string): Reply {
  const status = account?.unusual ? (code === 'error-auth' ? 401 : 400) : http;
  const answer = text(status, own === undefined ? code : `${code};${own};`);
  return { kind: 'reply', call: kind, login, answer, refused: code, count: kind === 'send' ? 1 : 0 };
}

function trouble(what: Trouble): Answer {
  switch (what) {
    case 'auth':
      return text(200, 'error-auth');
    // The connector has no code for it.
    case 'rate-limited':
      return text(429, 'Too Many Requests', { 'retry-after': '1' });
    case 'unavailable':
      return text(503, 'error-system-blocked', { 'retry-after': '1' });
    case 'error-500':
      return text(500, 'Internal Server Error');
  }
}

/** The option `senders`: the names that are registered. All are, unless it is set. */
function refusesSender({ options: { senders } }: Account, sender = ''): boolean {
  return typeof senders === 'string' && !senders.split(',').some((it) => it.trim() === sender);
}

/** providerId by clientId; of SMS that were refused, too. */
function idsOf(account: Account): Map<string, string> {
  const known = idsByAccount.get(account) ?? new Map<string, string>();
  idsByAccount.set(account, known);
  return known;
}

const idsByAccount = new WeakMap<Account, Map<string, string>>();

const MOSCOW_MS = 3 * 3600_000;

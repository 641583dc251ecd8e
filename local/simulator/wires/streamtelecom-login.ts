/** Who calls Stream Telecom: `login` and `pass` in every call, or a session, which is opened with `password`. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Account, CallKind } from '../model.ts';
import { json } from './answers.ts';
import { Sessions } from './sessions.ts';
import { failed, reply, type TroubleName } from './streamtelecom-errors.ts';
import type { House, Reply } from './wire.ts';

export function openSession(params: URLSearchParams, house: House): Reply {
  const [login, password] = [params.get('login'), params.get('password')];
  if (!login || !password) return failed('other', 'missing', undefined, login || undefined);
  const account = house.admit(login, password);
  return account ? reply('other', json(200, sessions.open(account)), login) : failed('other', 'auth', undefined, login);
}

/** The account, or what is wrong. Inbound SMS are documented with a session only. */
export function callerOf(params: URLSearchParams, house: House, kind: CallKind): Account | TroubleName {
  const [sessionId, login, pass] = [params.get('sessionId'), params.get('login'), params.get('pass')];
  if (sessionId) return sessions.find(sessionId, house) ?? 'session';
  if (!login || !pass) return 'missing';
  const account = house.admit(login, pass);
  if (!account) return 'auth';
  return kind === 'inbound' && account.options.incomingByLogin !== true ? 'missing' : account;
}

export const loginIn = (params: URLSearchParams) =>
  params.get('login') || sessions.holder(params.get('sessionId') ?? '')?.login;

export const loginOf = (_: IncomingHttpHeaders, query: string) => loginIn(new URLSearchParams(query));

const sessions = new Sessions();

/**
 * Sessions with the gateways that want one: made before a claim, since a login takes time that a lease does not have,
 * and kept for the gateway account as long as the gateway knows them.
 */
import type { SessionCall } from '../gateways/gateway.ts';
import type { ErrorClass } from '../sms/errors.ts';
import type { Http } from './http.ts';
import type { KnownSender } from './sender-book.ts';

export interface Sessions {
  /** Undefined where this gateway needs none for the call. */
  get(known: KnownSender, call: SessionCall): Promise<Session | LoginFailure | undefined>;
  /** The gateway does not know it any more. */
  drop(known: KnownSender, session: Session): void;
}

export interface Session {
  kind: 'session';
  value: string;
  /** Nothing was asked with it yet: if the gateway does not know it, the login is of no use. */
  fresh: boolean;
}

export interface LoginFailure {
  kind: 'failed';
  class: ErrorClass;
  /** In words without secrets. */
  detail: string;
}

/** All that wait are told the same; then one of them tries again. */
const KEEP_FAILURE_MS = 2_000;

export function createSessions(http: Http): Sessions {
  const held = new Map<string, Promise<Session | LoginFailure>>();
  const values = new Map<string, string>();

  return {
    async get(known, call) {
      const { login, sessionFor } = known.gateway;
      if (!login || sessionFor?.includes(call) === false) return undefined;
      const key = keyOf(known);
      const kept = held.get(key);
      if (kept) {
        const session = await kept;
        return session.kind === 'session' ? { ...session, fresh: false } : session;
      }
      const making = logIn(http, known);
      held.set(key, making);
      const made = await making.catch((err: unknown) => {
        held.delete(key);
        throw err;
      });
      if (made.kind === 'session') values.set(key, made.value);
      else setTimeout(() => held.delete(key), KEEP_FAILURE_MS).unref();
      return made;
    },

    drop(known, { value }) {
      const key = keyOf(known);
      if (values.get(key) === value) held.delete(key);
    },
  };
}

/**
 * A request that only reads, made with a session where the gateway wants one, and once more with a new one where that
 * was over. Undefined where there was no answer, or no session.
 */
export async function withSession<T extends { kind: string }>(
  { sessions }: { sessions: Sessions },
  known: KnownSender,
  call: SessionCall,
  request: (session: string | undefined) => Promise<T | undefined>,
): Promise<T | undefined> {
  const session = await sessions.get(known, call);
  if (session?.kind === 'failed') return undefined;
  const read = await request(session?.value);
  if (read?.kind !== 'session-lost' || !session || session.fresh) return read;
  sessions.drop(known, session);
  const renewed = await sessions.get(known, call);
  return renewed?.kind === 'session' ? await request(renewed.value) : undefined;
}

/** Changed settings, such as a new password, log in anew. */
function keyOf({ sender }: KnownSender): string {
  return JSON.stringify([sender.gatewayAccountId, sender.id, sender.version]);
}

async function logIn(http: Http, { gateway, settings, sender, secrets }: KnownSender): Promise<Session | LoginFailure> {
  if (!gateway.login || !gateway.readLogin) throw new Error(`${gateway.name} has no login`);
  const result = await http.call(sender.id, gateway.login(settings), {}, { secrets });
  if (result.reach !== 'answered') return { kind: 'failed', class: 'temporary', detail: result.failure };
  const read = gateway.readLogin(result.response, settings);
  if ('session' in read) return { kind: 'session', value: read.session, fresh: true };
  return { kind: 'failed', class: read.error, detail: read.detail };
}

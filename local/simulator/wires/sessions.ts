import { randomBytes } from 'node:crypto';
import type { Account } from '../model.ts';
import type { House } from './wire.ts';

/** Sessions that were opened with a login. They die with the account's settings and after the time that these give. */
export class Sessions {
  #open = new Map<string, { account: Account; at: number }>();

  /** The id of a new session: 32 hexadecimal digits. */
  open(account: Account): string {
    const id = randomBytes(16).toString('hex');
    this.#open.set(id, { account, at: Date.now() });
    if (this.#open.size > MOST) {
      const [oldest] = this.#open.keys();
      if (oldest !== undefined) this.#open.delete(oldest);
    }
    return id;
  }

  /** The account of a session that still lives; its option `sessionMs` is the life, 0 or none = endless. */
  find(id: string, house: House): Account | undefined {
    const session = this.#open.get(id);
    if (!session) return undefined;
    const { account, at } = session;
    const lifeMs = Number(account.options.sessionMs ?? 0);
    const isOver = lifeMs > 0 && Date.now() - at >= lifeMs;
    return isOver || house.admit(account.login) !== account ? undefined : account;
  }

  /** Whose session it is or was. */
  holder(id: string): Account | undefined {
    return this.#open.get(id)?.account;
  }
}

const MOST = 10_000;

import type { Account, AccountSettings } from './model.ts';

/**
 * The accounts at the simulated gateways. Any login works and makes its account on first use,
 * but for the login, key or password `wrong` and what the control API has revoked.
 */
export class Accounts {
  #accounts = new Map<string, Account>();

  admit(wire: string, login: string, password?: string): Account | undefined {
    if (login === '' || password === '' || login === WRONG || password === WRONG) return undefined;
    const account = this.get(wire, login);
    if (account.revoked) return undefined;
    if (account.password !== undefined && password !== undefined && account.password !== password) return undefined;
    return account;
  }

  get(wire: string, login: string): Account {
    const known = this.find(wire, login);
    if (known) return known;
    const account: Account = { wire, login, ...DEFAULTS, hooks: {} };
    this.#accounts.set(keyOf(wire, login), account);
    return account;
  }

  find(wire: string, login: string): Account | undefined {
    return this.#accounts.get(keyOf(wire, login));
  }

  /** Changes only what is given. */
  set(wire: string, login: string, changes: Partial<AccountSettings>): Account {
    const account = this.get(wire, login);
    const hooks = { ...account.hooks, ...changes.hooks };
    const options = { ...account.options, ...changes.options };
    return Object.assign(account, changes, { hooks, options });
  }

  list(): Account[] {
    return [...this.#accounts.values()];
  }

  clear(): void {
    this.#accounts.clear();
  }

  /** Keeps the settings; what wires remember about an account hangs on the object and is forgotten. */
  renew(): void {
    for (const [key, account] of this.#accounts) this.#accounts.set(key, { ...account });
  }
}

const keyOf = (wire: string, login: string) => `${wire}\n${login}`;

const WRONG = 'wrong';

const DEFAULTS: Omit<AccountSettings, 'hooks'> = {
  revoked: false,
  answerDelayMs: 0,
  reportBatchMs: 0,
  reportShape: 'v3',
  statusLimits: true,
  duplicateWindowMs: 60_000,
  errorShape: 'hyphen',
  unusual: false,
  keywords: ['STOP'],
  options: {},
};

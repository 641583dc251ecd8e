/** Which suppress list a request is about, and how its entries are shown. */
import type { Account } from '../db/accounts.ts';
import type { ApiKey } from '../db/api-keys.ts';
import type { Suppression } from '../db/suppressions.ts';
import type { CountryCode } from '../sms/phone.ts';
import { maskPhone } from '../sms/phone.ts';
import { may } from './auth.ts';
import type { ApiContext } from './context.ts';
import { Problem } from './problem.ts';
import type { SuppressionView } from './schemas/suppressions.ts';

export interface SuppressList {
  /** null: the list that holds for all. */
  accountId: string | null;
  /** In which national numbers are read. */
  country: CountryCode | undefined;
}

export interface NamedList {
  list: 'account' | 'global';
  account?: string | undefined;
}

/** @param where its fields stand. @throws Problem */
export async function suppressListOf(
  { accounts }: Pick<ApiContext, 'accounts'>,
  key: ApiKey,
  named: NamedList,
  where: 'body' | 'query',
): Promise<SuppressList> {
  if (named.list === 'global') {
    if (key.accountId !== null) throw new Problem('forbidden');
    if (named.account !== undefined) {
      const detail = 'Is given together with the list global, which is of no account.';
      throw wrongField(where, 'account', 'invalid', detail, 'Leave out one of the two.');
    }
    return { accountId: null, country: undefined };
  }
  const account = await accountNamed({ accounts }, key, named.account, where);
  if (!account) {
    const detail = 'Put the id of the account whose list it is into account, or else global into list.';
    throw new Problem('account-required', { detail });
  }
  return { accountId: account.id, country: countryOf(account) };
}

/** The key's account or the one that is named; undefined where there is neither. @throws Problem */
export async function accountNamed(
  { accounts }: Pick<ApiContext, 'accounts'>,
  key: ApiKey,
  named: string | undefined,
  where: 'body' | 'query',
): Promise<Account | undefined> {
  if (key.accountId !== null && named !== undefined && named !== key.accountId) throw new Problem('forbidden');
  const id = key.accountId ?? named;
  if (id === undefined) return undefined;
  const account = await accounts.byId(id);
  if (!account) throw wrongField(where, 'account', 'unknown-account', 'There is no account with this id.');
  return account;
}

export function countryOf(account: Account | undefined): CountryCode | undefined {
  return (account?.defaultCountry as CountryCode | null | undefined) ?? undefined;
}

export function wrongField(
  where: 'body' | 'query',
  field: string,
  code: string,
  detail: string,
  mend?: string,
): Problem {
  const place = where === 'body' ? { pointer: `#/${field}` } : { parameter: field };
  return new Problem('invalid-request', { errors: [{ ...place, code, detail, ...(mend ? { mend } : {}) }] });
}

export function suppressionView(row: Suppression, key: ApiKey): SuppressionView {
  return {
    id: row.id,
    list: row.accountId === null ? 'global' : 'account',
    account: row.accountId,
    phone: may(key, 'phones:read') ? row.phone : maskPhone(row.phone),
    source: row.source,
    reason: row.reason,
    note: row.note,
    createdAt: row.createdAt.toISOString(),
  };
}

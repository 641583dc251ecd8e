import { useQuery } from '@tanstack/react-query';
import type { AccountPage, AccountView } from '../../api/schemas/accounts.ts';
import { get } from './client.ts';

const MOST = 500;

/** The newest 500 that the key may see, archived ones too: for names and choices. */
export function useAccounts() {
  return useQuery({
    queryKey: ['accounts', 'all'],
    queryFn: async ({ signal }): Promise<AccountView[]> =>
      (await get<AccountPage>('/v1/accounts', { state: 'all', limit: MOST }, signal)).accounts,
    staleTime: 60_000,
  });
}

import { useQuery } from '@tanstack/react-query';
import type { SenderPage, SenderView } from '../../api/schemas/senders.ts';
import { get } from './client.ts';

const MOST = 500;

export interface SendersWanted {
  /** An id: those that this account may send through. */
  account?: string;
  /** Those that are archived, in place of those in use. */
  isArchived?: boolean;
  /** Only where the key has `senders:read`. */
  isOn?: boolean;
}

/** The newest 500 that the key may see: for names and choices. */
export function useSenders({ account = '', isArchived = false, isOn = true }: SendersWanted = {}) {
  return useQuery({
    queryKey: ['senders', 'choices', account, isArchived],
    queryFn: async ({ signal }): Promise<SenderView[]> =>
      (await get<SenderPage>('/v1/senders', { account, archived: String(isArchived), limit: MOST }, signal)).senders,
    enabled: isOn,
    staleTime: 60_000,
  });
}

/** What the pages of senders read, and what they change. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { GatewayList, GatewayView } from '../../../api/schemas/gateways.ts';
import type { SenderHealthPage, SenderHealthView } from '../../../api/schemas/sender-health.ts';
import type { SenderView } from '../../../api/schemas/senders.ts';
import { call, get, type Query } from '../../api/client.ts';
import { useSignedIn } from '../../api/session.ts';

export const SENDERS = ['senders'] as const;

const ONE_EVERY_MS = 5_000;
const PAGE_EVERY_MS = 20_000;

/** They change with a new version of the product only. */
export function useGateways() {
  return useQuery({
    queryKey: ['gateways'],
    queryFn: async ({ signal }): Promise<GatewayView[]> =>
      (await get<GatewayList>('/v1/gateways', undefined, signal)).gateways,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useSender(id: string) {
  return useQuery({
    queryKey: [...SENDERS, 'one', id],
    queryFn: ({ signal }) => get<SenderView>(`/v1/senders/${id}`, undefined, signal),
  });
}

/** For keys for all accounts. */
export function useSenderHealth(id: string) {
  return useQuery({
    queryKey: [...SENDERS, 'health', id],
    queryFn: ({ signal }) => get<SenderHealthView>(`/v1/senders/${id}/health`, undefined, signal),
    refetchInterval: ONE_EVERY_MS,
  });
}

/** Of a page of senders, by the query of that page. For keys for all accounts: of others, nothing is asked. */
export function useSendersHealth(query: Query) {
  const { isOperator } = useSignedIn();
  return useQuery({
    queryKey: [...SENDERS, 'healths', query],
    queryFn: async ({ signal }) => {
      const { senders } = await get<SenderHealthPage>('/v1/senders/health', query, signal);
      return new Map(senders.map((health) => [health.id, health]));
    },
    enabled: isOperator,
    refetchInterval: PAGE_EVERY_MS,
  });
}

/** Whether this key may make and change senders. */
export function useMayChange(): boolean {
  const { isOperator, may } = useSignedIn();
  return isOperator && may('senders:write');
}

/** A call that changes a sender and answers with it as it is then. */
export function useSenderChange<Input = void>(
  request: (input: Input) => { method: string; path: string; body?: unknown },
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => {
      const { method, path, body } = request(input);
      return call<SenderView>(method, path, body === undefined ? {} : { body });
    },
    onSuccess: (sender) => {
      client.setQueryData([...SENDERS, 'one', sender.id], sender);
      void client.invalidateQueries({ queryKey: SENDERS });
    },
  });
}

/** What the pages of senders read, and what they change. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { GatewayList, GatewayView } from '../../../api/schemas/gateways.ts';
import type { SenderHealthView } from '../../../api/schemas/sender-health.ts';
import type { SenderView } from '../../../api/schemas/senders.ts';
import { call, get } from '../../api/client.ts';
import { useSignedIn } from '../../api/session.ts';

export const SENDERS = ['senders'] as const;

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

/** Of keys for all accounts. @param everyS how often it is read anew, in seconds */
export function useSenderHealth(id: string, everyS: number) {
  const { isOperator } = useSignedIn();
  return useQuery({
    queryKey: [...SENDERS, 'health', id],
    queryFn: ({ signal }) => get<SenderHealthView>(`/v1/senders/${id}/health`, undefined, signal),
    enabled: isOperator,
    refetchInterval: everyS * 1_000,
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

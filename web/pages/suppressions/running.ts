import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { uuidv7 } from 'uuidv7';
import type { ImportWithLines } from '../../../api/schemas/suppressions.ts';
import { call, get, type Query } from '../../api/client.ts';

const POLL_MS = 500;

/** One import; read again and again while it runs. @param isSent false: it may not be there yet */
export function useImport(id: string, isSent = true) {
  return useQuery({
    queryKey: ['suppression-imports', 'one', id],
    queryFn: ({ signal }) => get<ImportWithLines>(`/v1/suppressions/imports/${id}`, undefined, signal),
    enabled: id !== '',
    ...(isSent ? {} : { retry: false }),
    refetchInterval: ({ state: { data } }) => (!isSent || data?.state === 'running' ? POLL_MS : false),
  });
}

export interface ImportOrder {
  file: File;
  charset: string;
  /** Onto which list, as the API takes it. */
  named: Query;
}

/** Sends a file, and tells meanwhile how far the API has read it. */
export function useNewImport() {
  const client = useQueryClient();
  const [id, setId] = useState('');
  const [lines, setLines] = useState(0);
  const [isStopped, setIsStopped] = useState(false);
  const stopper = useRef<AbortController>(null);
  const send = useMutation({
    mutationFn: async ({ file, charset, named }: ImportOrder) => {
      // The browser's own makes ids only where the pages come by HTTPS or from this machine.
      const id = uuidv7();
      const stop = new AbortController();
      stopper.current = stop;
      setIsStopped(false);
      setId('');
      setLines(await linesIn(file));
      setId(id);
      return await call<ImportWithLines>('POST', '/v1/suppressions/import', {
        query: { id, ...named },
        raw: { body: file, type: `text/csv; charset=${charset}` },
        signal: stop.signal,
      });
    },
    onSettled: async () => {
      setIsStopped(stopper.current?.signal.aborted ?? false);
      await client.invalidateQueries({ queryKey: ['suppression-imports'] });
      await client.invalidateQueries({ queryKey: ['suppressions'] });
    },
  });
  const progress = useImport(id, !send.isPending);
  return {
    start: send.mutate,
    stop: () => stopper.current?.abort(),
    isRunning: send.isPending,
    /** The counters so far. */
    counted: send.data ?? progress.data,
    /** 0 to 100. */
    percent: lines === 0 ? 0 : Math.min(100, ((progress.data?.total ?? 0) / lines) * 100),
    isStopped,
    error: isStopped ? null : send.error,
  };
}

const LINE_END = 10;

/** About how many rows the file has: the bar need not be exact. */
async function linesIn(file: File): Promise<number> {
  let lines = 0;
  const reader = file.stream().getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    for (const byte of part.value) if (byte === LINE_END) lines++;
  }
  return Math.max(1, lines);
}

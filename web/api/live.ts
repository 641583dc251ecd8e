/**
 * What happens to messages, as it happens: one stream for the whole window, open while somebody listens and the window can
 * be seen, and a list of events about once a second. Over HTTP/1.1 a browser has six connections to one host: as many
 * windows in the background would leave none for the one in front.
 */
import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import type { StatusEventView } from '../../api/schemas/events.ts';
import type { Streamed } from '../../api/schemas/stream.ts';
import { SESSION_KEY } from './query-client.ts';

const GATHER_MS = 1_000;
const AGAIN_MS = 5_000;

/** Reads these queries anew when something has happened. @param isOn false: paused */
export function useLiveQueries(keys: readonly QueryKey[], isOn = true): void {
  const client = useQueryClient();
  useLive(() => {
    for (const queryKey of keys) void client.invalidateQueries({ queryKey });
  }, isOn);
}

/**
 * @param onEvents with none when the stream has opened: what happened before that was not told
 * @param isOn false: paused
 */
export function useLive(onEvents: (events: readonly StatusEventView[]) => void, isOn = true): void {
  const client = useQueryClient();
  const tell = useEffectEvent(onEvents);
  useEffect(() => {
    if (!isOn) return;
    // Whether it is the session that is over, the stream does not tell.
    const onRefused = () => void client.invalidateQueries({ queryKey: SESSION_KEY });
    return listen({ onEvents: (events) => tell(events), onRefused });
  }, [isOn, client]);
}

/** Whether the stream is open now. */
export function useIsLive(): boolean {
  return useSyncExternalStore(
    (changed) => {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
    () => isOpen,
  );
}

interface Listener {
  onEvents(events: readonly StatusEventView[]): void;
  onRefused(): void;
}

const listeners = new Set<Listener>();
const watchers = new Set<() => void>();
let source: EventSource | undefined;
let isOpen = false;
let gathered: StatusEventView[] = [];
let timer: number | undefined;
let again: number | undefined;

function listen(listener: Listener): () => void {
  listeners.add(listener);
  openOrClose();
  return () => {
    listeners.delete(listener);
    openOrClose();
  };
}

document.addEventListener('visibilitychange', openOrClose);

function openOrClose(): void {
  if (listeners.size === 0 || document.hidden) close();
  else if (!source) open();
}

function open(): void {
  source = new EventSource('/v1/stream');
  source.addEventListener('open', () => {
    setOpen(true);
    pass();
  });
  source.addEventListener('status', (event: MessageEvent<string>) => {
    gathered.push(...(JSON.parse(event.data) as Streamed).events);
    timer ??= window.setTimeout(pass, GATHER_MS);
  });
  source.addEventListener('error', () => {
    setOpen(false);
    // Broken off, the browser comes back by itself, behind what it has; refused, it gives up.
    if (source?.readyState !== EventSource.CLOSED) return;
    for (const { onRefused } of listeners) onRefused();
    again = window.setTimeout(open, AGAIN_MS);
  });
}

function pass(): void {
  window.clearTimeout(timer);
  timer = undefined;
  const events = gathered;
  gathered = [];
  for (const { onEvents } of listeners) onEvents(events);
}

function close(): void {
  source?.close();
  source = undefined;
  window.clearTimeout(timer);
  window.clearTimeout(again);
  timer = undefined;
  gathered = [];
  setOpen(false);
}

function setOpen(now: boolean): void {
  isOpen = now;
  for (const changed of watchers) changed();
}

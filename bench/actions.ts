import type { History } from '@temporalio/common/lib/proto-utils.js';

type Event = NonNullable<History['events']>[number];

/**
 * What Temporal Cloud would bill for a workflow, by its history: the start, each attempt of an activity, each signal and
 * timer, and the local activities of one workflow task together. Heartbeats and queries leave no trace there.
 */
export function billableActions({ events }: History): number {
  const all = events ?? [];
  const single = all.filter((event) => SINGLE.some((kind) => event[kind])).length;
  const activities = all.filter((event) => event.activityTaskScheduledEventAttributes).length;
  const repeats = all.reduce((sum, event) => sum + repeatsOf(event), 0);
  const tasksWithMarkers = new Set(
    all.flatMap(({ markerRecordedEventAttributes: marker }) =>
      marker ? [String(marker.workflowTaskCompletedEventId)] : [],
    ),
  );
  return single + activities + repeats + tasksWithMarkers.size;
}

const SINGLE = [
  'workflowExecutionStartedEventAttributes',
  'workflowExecutionSignaledEventAttributes',
  'timerStartedEventAttributes',
] as const satisfies readonly (keyof Event)[];

/** Attempts leave one event, which is written when their series ends. */
function repeatsOf({ activityTaskStartedEventAttributes: started }: Event): number {
  return Math.max(0, (started?.attempt ?? 1) - 1);
}

/**
 * How much the machine can take: a load that it cannot would have messages expire in a backlog, and housekeeping look
 * after what only waits, though nothing is broken.
 *
 * Two things are limited. Messages that wait for their submit are the backlog: no more of them than were submitted in ten
 * seconds, so that none waits much longer. Those that gateways have may wait for a report however fast the machine is, so
 * what is in flight has a limit of the wanted rate alone.
 *
 * The measure is submits and not ends: what expires or is cancelled ends with no work, so that a machine that is behind,
 * and lets most of its load expire, would seem as fast as the load.
 */

/** Of all messages, at one moment. */
export interface Look {
  /** Without an end. */
  open: number;
  /** Due, and not submitted yet. */
  waiting: number;
  /** Submitted within the last `WINDOW_S`. */
  submitted: number;
}

export interface Pace {
  /** Wants a look each second; none while Postgres is away, so that such a time does not count. */
  saw(look: Look): void;
  /** Whether more may be posted. */
  hasRoom(): boolean;
}

/** Seconds. */
export const WINDOW_S = 10;
/** So that a crowd or an outage just after the start, or after much trouble, is no reason to pause. */
const LEAST_WAITING_S = 3;
const MOST_IN_FLIGHT_S = 30;
const LOOKS = 60;
/**
 * What a quarter of the looks of the last minute reached: an outage of half a minute does not lower it, and a backlog that
 * is submitted all at once, which only the looks of one window see, does not raise it.
 */
const REACHED_BY = 1 / 4;

/** @param rate messages per second, as wanted */
export function createPace(rate: number): Pace {
  let [open, waiting, mostWaiting] = [0, 0, LEAST_WAITING_S * rate];
  const submitted: number[] = [];
  return {
    saw(look) {
      submitted.push(look.submitted);
      if (submitted.length > LOOKS) submitted.shift();
      const reached = submitted.toSorted((one, other) => other - one)[Math.floor(submitted.length * REACHED_BY)] ?? 0;
      mostWaiting = Math.max(LEAST_WAITING_S * rate, reached);
      ({ open, waiting } = look);
    },
    hasRoom: () => waiting <= mostWaiting && open <= MOST_IN_FLIGHT_S * rate,
  };
}

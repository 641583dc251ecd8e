/** How far a run is, at one moment: a line for a person, and a line of JSON for a file. */
import type { Memory } from './memory.ts';

export interface Sample {
  seed: string;
  /** ISO 8601. */
  at: string;
  /** Since the load began. */
  seconds: number;
  /** Messages. */
  posted: number;
  /** Messages with a final status. */
  final: number;
  /** Messages without. */
  inFlight: number;
  /** Requests of our client that are not answered yet. */
  openRequests: number;
  /** Faults that are over. */
  faults: number;
  /** Names of those in force. */
  inForce: string[];
  /** Load average of the last minute. */
  load: number;
  memory: Memory;
}

/** Such as `120 s: posted 2160, final 2049, in flight 111, open requests 9, faults 85 (kill-api now); load 2.1; MiB: api 130`. */
export function lineOf(sample: Sample): string {
  const { seconds, posted, final, inFlight, openRequests, faults, inForce, load, memory } = sample;
  const counts = `posted ${posted}, final ${final}, in flight ${inFlight}, open requests ${openRequests}`;
  const now = inForce.length > 0 ? `${inForce.join(', ')} now` : 'calm';
  const resident = Object.entries(memory).map(([name, mib]) => `${name} ${mib ?? 'away'}`);
  return `${seconds} s: ${counts}, faults ${faults} (${now}); load ${load.toFixed(1)}; MiB: ${resident.join(', ')}`;
}

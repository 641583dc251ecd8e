import type { Control } from '../control.ts';
import type { ChaosSender, FaultName, Parts } from '../model.ts';
import type { Random } from '../random.ts';

/** Faults of one lane come one after another, those of different lanes at the same time. */
export const LANES = ['processes', 'links', 'gateways'] as const;
export type Lane = (typeof LANES)[number];

export interface Fault {
  name: FaultName;
  lane: Lane;
  /** How often it is drawn, beside others of its lane. */
  weight: number;
  /** Milliseconds that it is in force, at least and at most. */
  lastsMs: readonly [number, number];
  /** Milliseconds that mending it takes on top. */
  mendsMs: number;
  /** Kinds of housekeeping's repairs that it may cause (activities/housekeeping.ts). */
  explains: readonly RepairKind[];
  /** Resolves when all is well again, to what was done. */
  run(stage: Stage, lastsMs: number, random: Random): Promise<string>;
}

export type RepairKind = 'started' | 'webhookCalls';

/** What faults are done to. */
export interface Stage {
  parts: Parts;
  senders: readonly ChaosSender[];
  control: Control;
  /** SMS that gateways have taken lately, the newest last. */
  lately(): LateSms[];
  /** Waits, up to `withinMs`, until any message is being submitted. */
  submitting(withinMs: number): Promise<boolean>;
  /** Starts a part again, as whoever runs it would: until it stays up. */
  restart(name: ReturnType<Parts['names']>[number]): Promise<void>;
}

export interface LateSms {
  wire: string;
  login: string;
  /** At the gateway. */
  id: string;
  phone: string;
}

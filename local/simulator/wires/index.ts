import { infobip } from './infobip.ts';
import { playmobile } from './playmobile.ts';
import { smsc } from './smsc.ts';
import type { Wire } from './wire.ts';

/** All simulated wires by name. */
export const WIRES: ReadonlyMap<string, Wire> = new Map([infobip, smsc, playmobile].map((wire) => [wire.name, wire]));

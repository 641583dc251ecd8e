import { bulksms } from './bulksms.ts';
import { devino } from './devino.ts';
import { edna } from './edna.ts';
import { infobip } from './infobip.ts';
import { intellin } from './intellin.ts';
import { mts } from './mts.ts';
import { playmobile } from './playmobile.ts';
import { rapporto } from './rapporto.ts';
import { seventech } from './seventech.ts';
import { smsc } from './smsc.ts';
import { smsimple } from './smsimple.ts';
import { smstraffic } from './smstraffic.ts';
import { streamtelecom } from './streamtelecom.ts';
import type { Wire } from './wire.ts';

/** All simulated wires by name. */
export const WIRES: ReadonlyMap<string, Wire> = new Map(
  [
    infobip,
    intellin,
    smsc,
    playmobile,
    edna,
    mts,
    seventech,
    rapporto,
    smstraffic,
    streamtelecom,
    smsimple,
    bulksms,
    devino,
  ].map((wire) => [wire.name, wire]),
);

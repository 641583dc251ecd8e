import { bulksms } from './bulksms.ts';
import { http, sbermobile, skymedia, vknotify } from './by-profile.ts';
import { devino } from './devino.ts';
import { edna } from './edna.ts';
import type { Gateway } from './gateway.ts';
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

/** Every gateway there is. What their settings are is known only behind `settings.parse`. */
export const GATEWAYS: readonly Gateway[] = [
  smsc,
  smsimple,
  bulksms,
  devino,
  smstraffic,
  infobip,
  mts,
  edna,
  skymedia,
  playmobile,
  rapporto,
  vknotify,
  sbermobile,
  streamtelecom,
  intellin,
  seventech,
  http,
];

export function gatewayNamed(name: string): Gateway | undefined {
  return BY_NAME.get(name);
}

const BY_NAME: ReadonlyMap<string, Gateway> = new Map(GATEWAYS.map((gateway) => [gateway.name, gateway]));

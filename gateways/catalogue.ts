import type { Gateway } from './gateway.ts';
import { infobip } from './infobip.ts';
import { playmobile } from './playmobile.ts';
import { smsc } from './smsc.ts';

/** Every gateway there is. What their settings are is known only behind `settings.parse`. */
export const GATEWAYS: readonly Gateway[] = [smsc, infobip, playmobile];

export function gatewayNamed(name: string): Gateway | undefined {
  return BY_NAME.get(name);
}

const BY_NAME: ReadonlyMap<string, Gateway> = new Map(GATEWAYS.map((gateway) => [gateway.name, gateway]));

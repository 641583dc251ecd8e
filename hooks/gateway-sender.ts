import type { Sender } from '../db/senders.ts';
import { gatewayNamed } from '../gateways/catalogue.ts';
import type { Gateway, Traits } from '../gateways/gateway.ts';

/** A sender together with the adapter of its gateway. */
export interface GatewaySender {
  sender: Sender;
  gateway: Gateway;
  /** As the gateway's schema reads the sender's settings. */
  settings: unknown;
  traits: Traits;
}

/** @throws where the gateway is not known or its settings do not fit its schema any more */
export function withGateway(sender: Sender): GatewaySender {
  const gateway = gatewayNamed(sender.gateway);
  if (!gateway) throw new Error(`there is no gateway '${sender.gateway}'`);
  const settings = gateway.settings.parse(sender.settings);
  return { sender, gateway, settings, traits: gateway.traits(settings) };
}

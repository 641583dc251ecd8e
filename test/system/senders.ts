import type { SimulatedSender } from '../../local/seed.ts';
import type { System } from './system.ts';

export const GATEWAYS = ['infobip', 'smsc', 'playmobile'] as const;
export type GatewayName = (typeof GATEWAYS)[number];

/**
 * A sender on each simulated gateway, on an account of its own, that asks for statuses every second; SMSc.ru, which
 * allows that once in a minute, is simulated without its limits.
 * @param login of the gateway accounts @param columns what is not as usual
 */
export async function addSenders(
  system: System,
  login: string,
  columns: (gateway: GatewayName) => SimulatedSender['columns'],
  nameOf: (gateway: GatewayName) => string = (gateway) => gateway,
): Promise<void> {
  for (const gateway of GATEWAYS) {
    await system.addSender({
      name: nameOf(gateway),
      gateway,
      settings: settingsOf(gateway, `${system.simulator.url}/${gateway}`, login),
      login,
      callerId: gateway === 'playmobile' ? '3700' : 'ACME',
      columns: columns(gateway),
    });
  }
  await system.control('accounts', { wire: 'smsc', login, statusLimits: false, duplicateWindowMs: 0 });
}

/** Looked for in Temporal's histories, where it must never be. */
export const PASSWORD = 'secret-password';

function settingsOf(gateway: GatewayName, url: string, login: string): Record<string, unknown> {
  if (gateway === 'infobip') return { url, apiKey: login };
  if (gateway === 'smsc') return { url, login, password: PASSWORD, pollGapS: 1, notFoundAfterS: 5 };
  return { url, login, password: PASSWORD };
}

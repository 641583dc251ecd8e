import type { Fault } from './fault.ts';
import { gatewayFaults } from './gateways.ts';
import { linkFaults } from './links.ts';
import { processFaults } from './processes.ts';
import { reportFaults } from './reports.ts';

export const FAULTS: readonly Fault[] = [...processFaults, ...linkFaults, ...gatewayFaults, ...reportFaults];

/** @throws an error that says which name there is not */
export function faultsNamed(names: readonly string[]): Fault[] {
  return names.map((name) => {
    const found = FAULTS.find((it) => it.name === name);
    if (!found) throw new Error(`there is no fault '${name}'; there are ${FAULTS.map((it) => it.name).join(', ')}`);
    return found;
  });
}

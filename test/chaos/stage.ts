import type { Control } from './control.ts';
import type { Stage } from './faults/fault.ts';
import type { Keeper } from './keeper.ts';
import { type ChaosSender, LINKS } from './model.ts';
import type { ChaosParts } from './parts.ts';
import type { Watch } from './watch.ts';
import type { Witness } from './witness.ts';

interface Helpers {
  parts: ChaosParts;
  senders: readonly ChaosSender[];
  control: Control;
  watch: Watch;
  witness: Witness;
  keeper: Keeper;
}

export function createStage({ parts, senders, control, watch, witness, keeper }: Helpers): Stage {
  return {
    parts,
    senders,
    control,
    lately: witness.lately,
    submitting: watch.submitting,
    restart: keeper.up,
  };
}

/** Whatever the faults have left: all links healed, all parts awake and up, no gateway shut, no report held. */
export async function mendAll({ parts, senders, control, keeper }: Helpers): Promise<void> {
  await Promise.all(LINKS.map((link) => parts.proxies.heal(link)));
  for (const name of parts.names()) {
    parts.thaw(name);
    if (!parts.child(name)) await keeper.up(name);
  }
  for (const { wire, login } of senders) {
    await control.post('accounts', { wire, login, revoked: false, balance: null, answerDelayMs: 0 });
  }
  await control.post('hold-reports', { hold: false });
}

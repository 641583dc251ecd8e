/** The TCP ways between parts break, stop, or get slow. */
import { setTimeout as sleep } from 'node:timers/promises';
import { LINKS, type Link, type LinkTrouble } from '../model.ts';
import type { Random } from '../random.ts';
import type { Fault, RepairKind } from './fault.ts';

const KINDS = ['cut', 'refuse', 'hang', 'delay', 'cut-after-bytes'] as const satisfies LinkTrouble['kind'][];

/** Of what is behind the API: it may have to leave a message unstarted, or a webhook call unfinished. */
const EXPLAINS: Partial<Record<Link, readonly RepairKind[]>> = {
  'api-postgres': ['started', 'webhookCalls'],
  'api-temporal': ['started', 'webhookCalls'],
};

/** Such as `refuse-worker-postgres`. */
export const linkFaults: readonly Fault[] = LINKS.flatMap((link) => KINDS.map((kind) => linkFault(link, kind)));

function linkFault(link: Link, kind: (typeof KINDS)[number]): Fault {
  return {
    name: `${kind}-${link}`,
    lane: 'links',
    weight: link === 'worker-gateway' ? 3 : 1,
    lastsMs: kind === 'cut' ? [200, 500] : [500, 4_000],
    mendsMs: 100,
    explains: EXPLAINS[link] ?? [],
    async run({ parts: { proxies } }, lastsMs, random) {
      const trouble = troubleOf(kind, random);
      await proxies.trouble(link, trouble);
      try {
        await sleep(lastsMs);
      } finally {
        await proxies.heal(link);
      }
      return `${JSON.stringify(trouble)} for ${lastsMs} ms`;
    },
  };
}

function troubleOf(kind: (typeof KINDS)[number], random: Random): LinkTrouble {
  if (kind === 'delay') return { kind, ms: random.int(50, 800) };
  if (kind === 'cut-after-bytes') return { kind, bytes: random.int(1, 2_000) };
  return { kind };
}

import type { Options, Scenario } from './options.ts';

/** What is measured on servers that are fresh for it. */
export interface Session {
  n: number;
  scenarios: Scenario[];
}

/** What is compared with each other is in one session; what leaves much behind has one of its own. */
const TOGETHER: Scenario[][] = [['floor', 'deliver', 'webhook', 'poll'], ['accept'], ['pace'], ['waiting']];
/** What tells by its own n how the servers grow. */
const FOR_EACH_N: Scenario[] = ['floor', 'deliver'];

/** In the order in which they are run. */
export function planSessions({ n: [first = 1, ...further], only }: Pick<Options, 'n' | 'only'>): Session[] {
  const wanted = (scenarios: Scenario[]) => scenarios.filter((name) => only.includes(name));
  const all = [
    ...TOGETHER.slice(0, 1).map((scenarios) => ({ n: first, scenarios: wanted(scenarios) })),
    ...further.map((n) => ({ n, scenarios: wanted(FOR_EACH_N) })),
    ...TOGETHER.slice(1).map((scenarios) => ({ n: first, scenarios: wanted(scenarios) })),
  ];
  return all.filter(({ scenarios }) => scenarios.length > 0);
}

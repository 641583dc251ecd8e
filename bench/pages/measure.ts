/** The same requests to two installations, turn by turn, so that whatever else the machine does slows both alike. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Spread, spread } from '../spread.ts';
import type { Case } from './cases.ts';

export interface Site {
  url: string;
  key: string;
  cases: readonly Case[];
  /** Of all messages, how many lie before a page that is deep in. */
  deep: number;
}

export interface Measured {
  name: string;
  /** With few messages, and with many. Milliseconds. */
  few: Spread;
  many: Spread;
  /** Of the p95. */
  ratio: number;
  /** The ratio is too high, and the difference more than noise. */
  isSlow: boolean;
  /** Asked of the installation with many messages. */
  path: string;
}

/** How much longer a list may take with many messages. */
export const MOST = 1.5;
/**
 * Below this difference, in milliseconds, a ratio is not judged: on a machine that does other work too, the p95 of the same
 * request differs by as much from one minute to the next, and nobody sees it.
 */
export const FLOOR_MS = 5;
const WARM_UP = 5;
const LARGEST_PAGE = 500;

/** What seems slow is measured so many times, and is slow if it always was: what is left is not the machine's doing. */
const ROUNDS = 3;

/** @param requests of each case and installation */
export async function measure(few: Site, many: Site, requests: number): Promise<Measured[]> {
  const measured: Measured[] = [];
  const [quick, kept] = [few.cases.filter((one) => !one.keptMs), few.cases.filter((one) => one.keptMs)];
  for (const one of quick) measured.push(...(await inTurns([one], few, many, requests)));
  measured.push(...(await inTurns(kept, few, many, requests)));
  for (let round = 1; round < ROUNDS; round++) {
    const slow = measured.filter(({ isSlow }) => isSlow).map(({ name }) => name);
    for (const cases of [...quick.map((one) => [one]), kept]) {
      const again = cases.filter(({ name }) => slow.includes(name));
      for (const one of await inTurns(again, few, many, requests)) {
        const at = measured.findIndex(({ name }) => name === one.name);
        if (one.ratio < (measured[at]?.ratio ?? 0)) measured[at] = one;
      }
    }
  }
  return measured;
}

/** Several at a time where answers are kept for a while. */
async function inTurns(cases: readonly Case[], few: Site, many: Site, requests: number): Promise<Measured[]> {
  const pairs: { name: string; few: Target; many: Target }[] = [];
  for (const { name } of cases) pairs.push({ name, few: await targetOf(few, name), many: await targetOf(many, name) });
  if (cases.length === 0) return [];
  const pause = Math.max(0, ...cases.map(({ keptMs = 0 }) => keptMs));
  for (let n = -WARM_UP; n < requests; n++) {
    for (const pair of pairs) {
      // Who is first changes, since the one before may still have the machine.
      for (const target of n % 2 === 0 ? [pair.few, pair.many] : [pair.many, pair.few]) {
        const ms = await timeOf(target);
        if (n >= 0) target.times.push(ms);
      }
    }
    if (pause > 0) await sleep(pause);
  }
  return pairs.map(({ name, few, many }) => {
    const [before, after] = [spread(few.times), spread(many.times)];
    const ratio = after.p95 / before.p95;
    return {
      ...{ name, few: before, many: after, ratio, path: many.path },
      isSlow: ratio > MOST && after.p95 - before.p95 > FLOOR_MS,
    };
  });
}

interface Target {
  site: Site;
  path: string;
  times: number[];
}

async function targetOf(site: Site, name: string): Promise<Target> {
  const found = site.cases.find((one) => one.name === name);
  if (!found) throw new Error(`there is no case ${name}`);
  const { path, page } = found;
  const times: number[] = [];
  if (page === undefined) return { site, path, times };
  const join = path.includes('?') ? '&' : '?';
  const size = page === 2 ? 50 : LARGEST_PAGE;
  let cursor = '';
  for (let passed = 0; passed < (page === 2 ? 50 : site.deep); passed += size) {
    const answer = await ask(site, `${path}${join}limit=${size}${cursor}`);
    if (typeof answer.nextCursor !== 'string') break;
    cursor = `&cursor=${answer.nextCursor}`;
  }
  return { site, path: path + (cursor && join + cursor.slice(1)), times };
}

async function timeOf({ site, path }: Target): Promise<number> {
  const began = performance.now();
  await ask(site, path);
  return performance.now() - began;
}

export async function ask({ url, key }: Pick<Site, 'url' | 'key'>, path: string): Promise<Record<string, unknown>> {
  const response = await fetch(url + path, { headers: { authorization: `Bearer ${key}` } });
  const body = await response.text();
  if (response.status !== 200) throw new Error(`GET ${path} was answered with ${response.status}: ${body}`);
  return JSON.parse(body) as Record<string, unknown>;
}

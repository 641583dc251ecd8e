/** The same seed gives the same run, as far as processes and clocks allow. */
export interface Random {
  /** From 0 up to 1, without 1. */
  next(): number;
  /** From `from` to `to`, both possible. */
  int(from: number, to: number): number;
  pick<T>(from: readonly T[]): T;
  chance(probability: number): boolean;
  /** One of its own, so that one user of numbers does not shift those of another. */
  fork(name: string): Random;
}

export function createRandom(seed: number | string): Random {
  let state = hash(String(seed));
  const random: Random = {
    next() {
      // mulberry32
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    },
    int: (from, to) => from + Math.floor(random.next() * (to - from + 1)),
    pick(from) {
      const picked = from[random.int(0, from.length - 1)];
      if (picked === undefined) throw new Error('nothing to pick from');
      return picked;
    },
    chance: (probability) => random.next() < probability,
    fork: (name) => createRandom(`${seed}/${name}`),
  };
  return random;
}

/** FNV-1a */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return value;
}

/** What was read a moment ago. */
export interface Cache<V> {
  /** Loads where nothing is held or it is too old, once for all who ask meanwhile. Undefined and errors are not held. */
  get(key: string, load: () => Promise<V | undefined>): Promise<V | undefined>;
  clear(): void;
}

export function createCache<V>(keepMs: number, limit = 10_000): Cache<V> {
  const held = new Map<string, { value: Promise<V | undefined>; until: number }>();
  return {
    async get(key, load) {
      const known = held.get(key);
      if (known && performance.now() < known.until) return await known.value;
      if (held.size >= limit) held.clear();
      // Counted from before the load: what is answered was true at most keepMs ago.
      const entry = { value: load(), until: performance.now() + keepMs };
      held.set(key, entry);
      const drop = () => {
        if (held.get(key) === entry) held.delete(key);
      };
      try {
        const value = await entry.value;
        if (value === undefined) drop();
        return value;
      } catch (err) {
        drop();
        throw err;
      }
    },
    clear: () => held.clear(),
  };
}

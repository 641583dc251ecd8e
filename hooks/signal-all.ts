const AT_ONCE = 20;

/** Does all, some at a time; after the first that fails no new one is begun, and its error is thrown. */
export async function signalAll(signals: readonly (() => Promise<unknown>)[]): Promise<void> {
  let next = 0;
  let failed: { err: unknown } | undefined;
  const work = async () => {
    for (let signal = signals[next++]; signal !== undefined && !failed; signal = signals[next++]) {
      try {
        await signal();
      } catch (err) {
        failed ??= { err };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, signals.length) }, work));
  if (failed) throw failed.err;
}

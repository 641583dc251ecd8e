import type { callInSlot as callRight } from '../../../activities/slot.ts';

export * from '../../../activities/slot.ts';

type Call = ReturnType<typeof callRight>;

const last = new Map<string, Call>();

/** One request of a sender at a time, not to flood its gateway. The claim says that it may be sent; that does not go bad. */
export const callInSlot: typeof callRight = (context, { sender }, request, slot, _validityMs, options): Call => {
  const guard = { notBefore: slot.answered + slot.ms };
  const begin = () => context.http.call(sender.id, request, guard, options);
  const call = last.get(sender.id)?.then(begin) ?? begin();
  last.set(sender.id, call);
  return call;
};

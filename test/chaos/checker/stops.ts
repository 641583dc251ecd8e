/** For which phones and accounts nothing may leave, and from when on, by what the handsets sent and when it was answered. */
import type { Inbound } from '../../../local/simulator/model.ts';
import { isStartWord, isStopWord } from '../../../sms/stop-words.ts';
import { type CalledText, digitsOf, type Facts, groups } from './facts.ts';

/** Times of the monotonic clock. */
export interface Stop {
  /** E.164 with the plus. */
  phone: string;
  account: string;
  /** When the gateway had our answer to the text. */
  from: number;
  /** When a START may have taken it back at the earliest; infinite: never. */
  until: number;
}

export function stopsOf(facts: Facts): Stop[] {
  const byPhone = groups(facts.texts, ({ text }) => [text.from]);
  return [...byPhone.values()].flatMap((texts) => texts.flatMap((one) => stopsBy(facts, one, texts)));
}

function stopsBy(facts: Facts, { text, begun, acknowledged }: CalledText, all: readonly CalledText[]): Stop[] {
  if (acknowledged === undefined) return [];
  // One whose call was under way together with this one's may have come second.
  const starts = all.filter((it) => isStartWord(it.text.text) && (it.acknowledged ?? Number.POSITIVE_INFINITY) > begun);
  const until = Math.max(acknowledged, Math.min(...starts.map((it) => it.begun)));
  return stoppedBy(facts, text).map((stopped) => ({ ...stopped, from: acknowledged, until }));
}

/** The phone and each account that nothing may leave for; none where it is no stop word. */
export function stoppedBy(facts: Facts, text: Inbound): Pick<Stop, 'phone' | 'account'>[] {
  return accountsOf(facts, text).map((account) => ({ phone: `+${digitsOf(text.from)}`, account }));
}

/** Of the senders of the gateway account that send from the number that got the text; where none does, of all of them. */
function accountsOf({ evidence }: Facts, { wire, login, to, text }: Inbound): string[] {
  const names = new Set(
    evidence.senders.filter((it) => it.wire === wire && it.login === login).map(({ name }) => name),
  );
  const senders = evidence.books.senders.filter(({ name }) => names.has(name));
  const those = senders.filter(({ callerIds }) =>
    callerIds.some((id) => /^\+?[\d ()-]+$/.test(id) && digitsOf(id) === digitsOf(to)),
  );
  const stopped = (those.length > 0 ? those : senders).filter(({ stopWords }) => isStopWord(text, stopWords));
  return [...new Set(stopped.flatMap(({ accounts }) => accounts))];
}

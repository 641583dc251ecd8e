/**
 * What a gateway was acknowledged is kept and takes effect: each webhook call that got a 2xx is in the books and worked
 * through, each final report is on its message, each text from a phone is kept, and each STOP is on the suppress lists. The
 * same for texts that wait at the gateway to be fetched.
 */
import type { Inbound, Sms } from '../../../../local/simulator/model.ts';
import { FINAL_STATUSES, isFinal } from '../../../../sms/status.ts';
import { isStartWord } from '../../../../sms/stop-words.ts';
import type { BookMessage } from '../../model.ts';
import { callKey, hookKey } from '../calls.ts';
import { digitsOf, type Facts, groups, isTaken, isUntold, type Told } from '../facts.ts';
import type { Finding } from '../finding.ts';
import { stoppedBy, stopsOf } from '../stops.ts';

type Breaches = Finding['breaches'];

export function reports(facts: Facts): Finding {
  const calls = facts.evidence.simulator.calls.filter(isTaken);
  const told = [...facts.told.values()].flat().filter(isHeardEnd);
  const { length: pushed } = facts.texts.filter(({ acknowledged }) => acknowledged !== undefined);
  return {
    looked: calls.length,
    checked: `${calls.length} webhook calls, ${told.length} final reports, ${pushed} texts from phones and ${facts.fetched.length} fetched ones`,
    breaches: [
      ...lostCalls(facts),
      ...leftHooks(facts),
      ...lostReports(facts),
      ...unheardReports(facts),
      ...lostTexts(facts),
      ...strayTexts(facts),
      ...lostStops(facts),
    ],
  };
}

const isHeardEnd = ({ status, acknowledged }: Told) => acknowledged && FINAL_STATUSES.some((it) => it === status);

/** Each call is a row of its own, repeats of it too. */
function lostCalls({ evidence }: Facts): Breaches {
  const { hooks } = evidence.books;
  const kept = groups(hooks, (hook) => (hook.state === 'refused' ? [] : [hookKey(hook)]));
  const answered = groups(evidence.simulator.calls.filter(isTaken), (call) => [callKey(call)]);
  return [...answered].flatMap(([key, calls]) => {
    const missing = calls.length - (kept.get(key)?.length ?? 0);
    const [call] = calls;
    return missing > 0
      ? [{ what: `${missing} of ${calls.length} calls of ${call?.wire} are not kept: ${key.slice(0, 200)}` }]
      : [];
  });
}

function leftHooks({ evidence }: Facts): Breaches {
  const left = evidence.books.hooks.filter(({ state }) => state === 'received');
  return left.map(({ id, receivedAt }) => ({
    what: `the call ${id} of ${receivedAt.toISOString()} was stored and never worked through`,
  }));
}

function lostReports(facts: Facts): Breaches {
  return facts.evidence.books.messages.flatMap((message) => {
    const { status, source } = message;
    if (status === 'delivered') return [];
    const heard = wholeEnds(endsOf(facts, message));
    const wanted = heard.find((it) => it.status === 'delivered') ?? heard[0];
    if (!wanted) return [];
    if (wanted.status !== 'delivered' && isFinal(status) && !isGuess(status, source)) return [];
    const what = `a report said ${wanted.status} and was acknowledged; it is ${status} by ${source}`;
    return [{ what, messageId: message.id }];
  });
}

/**
 * A poll may have brought the same end, and then the message says nothing of a report that was lost. One that came before
 * the answer to its submit makes no event of its own, but the end.
 */
function unheardReports(facts: Facts): Breaches {
  return facts.evidence.books.messages.flatMap((message) => {
    const events = facts.events.get(message.id) ?? [];
    const heard = events.some(({ kind, source }) => source === 'report' && BY_REPORTS.has(kind));
    const [told] = heard ? [] : endsOf(facts, message);
    if (!told) return [];
    const what = `a report said ${told.status} and was acknowledged, and nothing in the timeline is of a report`;
    return [{ what, messageId: message.id }];
  });
}

/** What was told of its end, and acknowledged, by an id that it could be known by. */
const endsOf = (facts: Facts, message: BookMessage) =>
  (facts.told.get(message.mark) ?? []).filter((it) => isHeardEnd(it) && !isUntold(facts, message, it));

const BY_REPORTS = new Set(['report', 'report-ignored', 'final', 'correction']);

/** What a report replaces: see `reportReplaces`. */
const isGuess = (status: string, source: string | null) =>
  status === 'unknown' || (status === 'expired' && source === 'clock');

/** Where each part has an id of its own, a status counts when it was told of as many. */
function wholeEnds(heard: readonly Told[]): Told[] {
  const calls = (sms: Sms, status: string) =>
    new Set(heard.filter((it) => it.sms === sms && it.status === status).map(({ call }) => callKey(call))).size;
  return heard.filter(({ sms, status }) => {
    const parts = sms.partIds?.length ?? 1;
    return sms.partStatuses === undefined && (parts === 1 || calls(sms, status) >= parts);
  });
}

function lostTexts({ evidence, texts, fetched }: Facts): Breaches {
  const kept = groups(evidence.books.inbound, ({ phone }) => [digitsOf(phone)]);
  // Some wires cut a keyword off.
  const isKept = (from: string, text: string) =>
    kept.get(from)?.some((row) => row.text.trim() === text.trim() || text.trim().endsWith(row.text.trim()));
  const lost = ({ from, text }: Inbound) => !isKept(digitsOf(from), text);
  const acknowledged = texts.filter((it) => it.acknowledged !== undefined).map(({ text }) => text);
  return [
    ...acknowledged.filter(lost).map(({ id, from }) => ({
      what: `the text ${id} of +${from} was acknowledged and is not kept`,
    })),
    ...fetched
      .filter(lost)
      .map(({ id, from }) => ({ what: `the text ${id} of +${from} was there to be fetched and is not kept` })),
  ];
}

/** Without the text that a call brought nobody could say whether it was a STOP. */
function strayTexts({ evidence }: Facts): Breaches {
  const { calls, texts } = evidence.simulator;
  const known = new Set(texts.map(({ wire, login, id }) => `${wire} ${login} ${id}`));
  return calls.flatMap(({ wire, login, inbound }) =>
    inbound
      .filter((id) => !known.has(`${wire} ${login} ${id}`))
      .map((id) => ({ what: `a webhook of ${wire} was called with the text ${id}, which no handset sent` })),
  );
}

function lostStops(facts: Facts): Breaches {
  const { suppressions } = facts.evidence.books;
  const listed = new Set(suppressions.map(({ phone, account }) => `${phone} ${account ?? '*'}`));
  // It may have taken the entry away again.
  const started = new Set(
    [...facts.texts.map(({ text }) => text), ...facts.fetched]
      .filter(({ text }) => isStartWord(text))
      .map(({ from }) => `+${digitsOf(from)}`),
  );
  const fetched = facts.fetched.flatMap((text) => stoppedBy(facts, text));
  return [...stopsOf(facts), ...fetched].flatMap(({ phone, account }) => {
    const isListed = listed.has(`${phone} ${account}`) || listed.has(`${phone} *`);
    if (isListed || started.has(phone)) return [];
    return [{ what: `the STOP of ${phone} reached us, and it is not on the suppress list of ${account}` }];
  });
}

/**
 * The end in the books is what became of the message at the gateway: nothing was taken of what was never submitted or
 * refused, and what a report or poll ended was taken, for this phone through this sender, and ended so there. `unknown`
 * stands only where the message may have been taken, and nothing final was told by an id that we knew it by.
 */
import { isFinal } from '../../../../sms/status.ts';
import type { ChaosSender } from '../../model.ts';
import { digitsOf, type Facts, isUntold, wasUncertain } from '../facts.ts';
import type { Finding } from '../finding.ts';

type Message = Facts['evidence']['books']['messages'][number];

export function truth(facts: Facts): Finding {
  const senders = new Map(facts.evidence.senders.map((sender) => [sender.name, sender]));
  const breaches: Finding['breaches'] = [];
  let ended = 0;
  for (const message of facts.evidence.books.messages) {
    if (!isFinal(message.status)) continue;
    ended++;
    const wrong = [...misled(facts, message, senders.get(message.sender)), ...untrue(facts, message)];
    breaches.push(...wrong.map((what) => ({ what, messageId: message.id })));
  }
  const checked = `${ended} ends against ${facts.evidence.simulator.taken.length} SMS at the gateways`;
  return { looked: ended, checked, breaches };
}

/** Taken for another phone, or through another gateway account. */
function misled({ taken }: Facts, { mark, phone }: Message, sender: ChaosSender | undefined): string[] {
  return (taken.get(mark) ?? []).flatMap((sms) => [
    ...(digitsOf(sms.phone) === digitsOf(phone) ? [] : [`the gateway took it for ${sms.phone}`]),
    ...(sms.wire === sender?.wire && sms.login === sender.login ? [] : [`${sms.login} at ${sms.wire} took it`]),
  ]);
}

function untrue(facts: Facts, message: Message): string[] {
  const taken = facts.taken.get(message.mark) ?? [];
  const events = facts.events.get(message.id) ?? [];
  const end = `${message.status} by ${message.source}`;
  if (message.status === 'unknown') return dishonest(facts, message);
  if (message.source !== 'report' && message.source !== 'poll') {
    return taken.length > 0 ? [`it is ${end}, and the gateway took it`] : [];
  }
  if (taken.length === 0) return [`it is ${end}, and the gateway never took it`];
  if (events.every(({ kind }) => kind !== 'attempt')) return [`it is ${end}, and was never submitted`];
  const said = saidOf(facts, message);
  // What a poll saw before the control API set another status is not known any more.
  if (message.source === 'poll' && taken.some(({ forced }) => forced)) return [];
  const isSaid = [...said].some((status) => (READ_AS[status] ?? []).includes(message.status));
  return isSaid ? [] : [`it is ${end}, and the gateway said ${[...said].join(', ') || 'nothing'}`];
}

/** Some wires have one word for several of the simulator's statuses: see its manual. */
const READ_AS: Readonly<Record<string, readonly string[]>> = {
  delivered: ['delivered'],
  undelivered: ['undelivered', 'rejected'],
  expired: ['expired', 'undelivered'],
  rejected: ['rejected', 'undelivered'],
};

/** All statuses that the gateway may have told: by webhook, whether or not its call was answered, and by polls. */
function saidOf({ taken, told }: Facts, { mark }: Message): Set<string> {
  const polled = (taken.get(mark) ?? []).flatMap(({ status, reported, pulled, partStatuses = {} }) => [
    status,
    ...(reported ? [reported] : []),
    ...(pulled ? [pulled] : []),
    ...Object.values(partStatuses),
  ]);
  return new Set([...polled, ...(told.get(mark) ?? []).map(({ status }) => status)]);
}

function dishonest(facts: Facts, message: Message): string[] {
  const events = facts.events.get(message.id) ?? [];
  if (events.every(({ kind }) => kind !== 'attempt')) return ['it is unknown, and was never submitted'];
  if (!wasUncertain(events) && !facts.taken.has(message.mark)) {
    return ['it is unknown without an uncertain attempt, and the gateway never took it'];
  }
  const ends = (facts.told.get(message.mark) ?? []).filter((it) => it.acknowledged && it.status in READ_AS);
  const heard = ends.find((it) => !isUntold(facts, message, it));
  return heard ? [`it is unknown, and its report said ${heard.status}`] : [];
}

/** What a run tells a person: the table of the verdicts, and the whole story of a message that broke a promise. */
import type { Evidence, Moment, Verdict } from '../model.ts';
import { digitsOf, marksIn } from './facts.ts';

const SHOWN = 5;
const LONGEST = 400;

/** One line for each invariant, and below it the first of its breaches. */
export function table(verdicts: readonly Verdict[]): string {
  const width = Math.max(...verdicts.map(({ invariant }) => invariant.length));
  return verdicts
    .flatMap(({ invariant, outcome, checked, breaches }) => {
      const count = breaches.length === 1 ? '1 breach' : `${breaches.length} breaches`;
      const word = { broken: count, 'nothing seen': 'NOTHING SEEN', kept: 'kept' }[outcome];
      const lines = breaches.slice(0, SHOWN).map(({ what, messageId }) => `    ${messageId ?? '–'}: ${what}`);
      const more = breaches.length > SHOWN ? [`    … and ${breaches.length - SHOWN} more`] : [];
      return [`${invariant.padEnd(width)}  ${word.padEnd(12)}  ${checked}`, ...lines, ...more];
    })
    .join('\n');
}

/** All that anybody saw of a message, in order, with the faults that were in force. */
export function timeline(evidence: Evidence, messageId: string): string {
  const message = evidence.books.messages.find(({ id }) => id === messageId);
  const posted = evidence.journal.find((it) => it.kind === 'posted' && it.messageId === messageId);
  const mark = message?.mark ?? (posted?.kind === 'posted' ? posted.mark : '');
  const phone = message?.phone ?? (posted?.kind === 'posted' ? posted.phone : '');
  const it = { messageId, mark, phone, digits: digitsOf(phone) };
  const clock = clockOf(evidence);
  const story = [...ofJournal(evidence, it, clock), ...ofGateway(evidence, it, clock), ...ofBooks(evidence, it)];
  const times = story.map(({ time }) => time);
  const lines = [...story, ...ofFaults(evidence, clock, Math.min(...times), Math.max(...times))];
  lines.sort((a, b) => a.time - b.time);
  const head = message ? `${message.status} by ${message.source}: ${message.cause}` : 'not in the books';
  return [
    `${messageId} ${mark} ${message?.sender ?? ''}: ${head}`,
    ...withoutRepeats(lines).map(
      ({ time, who, what }) => `  ${clockTime(time)}  ${who.padEnd(9)}  ${what.slice(0, LONGEST)}`,
    ),
  ].join('\n');
}

interface Line {
  /** Wall clock, milliseconds. */
  time: number;
  who: string;
  what: string;
}

/** A hundred equal requests at once are one line. */
function withoutRepeats(lines: readonly Line[]): Line[] {
  const kept: (Line & { times: number })[] = [];
  for (const line of lines) {
    const last = kept.at(-1);
    if (last?.who === line.who && last.what === line.what) last.times++;
    else kept.push({ ...line, times: 1 });
  }
  return kept.map(({ time, who, what, times }) => ({ time, who, what: times > 1 ? `${times} times: ${what}` : what }));
}

interface Subject {
  messageId: string;
  mark: string;
  phone: string;
  digits: string;
}

type Clock = (moment: Moment) => number;

/** The monotonic clock is finer than the wall clock as the machine's other processes wrote it down. */
function clockOf({ journal }: Evidence): Clock {
  const [first] = journal;
  const offset = first ? first.at - first.mono : undefined;
  return ({ at, mono }) => (offset === undefined ? at : mono + offset);
}

function ofJournal({ journal }: Evidence, it: Subject, clock: Clock): Line[] {
  return journal.flatMap((entry): Line[] => {
    const time = clock(entry);
    switch (entry.kind) {
      case 'posted': {
        if (entry.messageId !== it.messageId && entry.mark !== it.mark) return [];
        const answer = `${entry.status ?? 'no answer'}${entry.messageId === undefined ? '' : `, ${entry.messageId}`}`;
        return [
          { time: clock(entry.begun), who: 'client', what: `posts it with the key ${entry.key}` },
          { time, who: 'client', what: `got ${answer}` },
        ];
      }
      case 'cancelled':
        if (entry.messageId !== it.messageId) return [];
        return [
          { time: clock(entry.begun), who: 'client', what: 'cancels it' },
          { time, who: 'client', what: `cancel was answered with ${entry.status}` },
        ];
      case 'stop':
        return entry.phone === it.phone ? [{ time, who: 'phone', what: `wrote STOP to ${entry.sender}` }] : [];
      default:
        return [];
    }
  });
}

function ofGateway({ arrivals, simulator }: Evidence, it: Subject, clock: Clock): Line[] {
  const texts = new Map(simulator.texts.filter(({ from }) => from === it.digits).map((text) => [text.id, text]));
  const taken = simulator.taken.filter(({ text }) => marksIn(text).includes(it.mark));
  const ids = new Set(taken.map(({ wire, login, id }) => `${wire} ${login} ${id}`));
  return [
    ...arrivals
      .filter(({ marks }) => marks.includes(it.mark))
      .map((one) => ({
        time: clock(one),
        who: 'proxy',
        what: `a submit comes, or came up to ${one.lateMs.toFixed(1)} ms before${one.passedOn ? '' : '; not passed on'}`,
      })),
    ...simulator.requests
      .filter(({ sms }) => sms.some(({ text }) => marksIn(text).includes(it.mark)))
      .map((one) => ({
        time: clock(one),
        who: 'gateway',
        what: `${one.wire}: ${one.outcome}${one.fault ? ` (${one.fault})` : ''}, answers ${one.status ?? 'nothing'}`,
      })),
    ...taken.map(({ acceptedAt, wire, id, status }) => ({
      time: acceptedAt,
      who: 'gateway',
      what: `${wire} took it as ${id}; at the end it was ${status} there`,
    })),
    ...simulator.calls.flatMap((call) => {
      const reports = call.reports.filter(({ id }) => ids.has(`${call.wire} ${call.login} ${id}`));
      const said = [
        ...reports.map(({ status }) => `report ${status}`),
        ...call.inbound.flatMap((id) => texts.get(id) ?? []).map(({ text }) => `text '${text}'`),
      ];
      if (said.length === 0) return [];
      const answer = `${call.answer ?? call.error} after ${call.ms.toFixed(1)} ms`;
      return [{ time: clock(call), who: 'gateway', what: `${said.join(', ')} (try ${call.attempt}): ${answer}` }];
    }),
  ];
}

function ofBooks({ books, logs }: Evidence, it: Subject): Line[] {
  const who = 'books';
  return [
    ...books.events
      .filter(({ messageId }) => messageId === it.messageId)
      .sort((a, b) => (a.n < b.n ? -1 : 1))
      .map(({ at, kind, source, detail }) => ({
        time: at.getTime(),
        who,
        what: `${kind} by ${source} ${detail === null ? '' : JSON.stringify(detail)}`,
      })),
    ...books.suppressions
      .filter(({ phone }) => phone === it.phone)
      .map(({ createdAt, account, source }) => ({
        time: createdAt.getTime(),
        who,
        what: `the phone is on the suppress list of ${account ?? 'all'} (${source})`,
      })),
    ...logs
      .filter(({ messageId, time }) => messageId === it.messageId && typeof time === 'string')
      .map((line) => ({ time: Date.parse(String(line.time)), who: String(line.process), what: JSON.stringify(line) })),
  ];
}

function ofFaults({ journal }: Evidence, clock: Clock, first: number, last: number): Line[] {
  return journal.flatMap((entry) => {
    if (entry.kind !== 'fault') return [];
    const [begun, ended] = [clock(entry.begun), clock(entry.ended)];
    if (ended < first || begun > last) return [];
    return [
      { time: begun, who: 'FAULT', what: `${entry.name} begins: ${entry.what}` },
      { time: ended, who: 'FAULT', what: `${entry.name} is over` },
    ];
  });
}

function clockTime(time: number): string {
  return Number.isFinite(time) ? new Date(time).toISOString().slice(11, 23) : '?';
}

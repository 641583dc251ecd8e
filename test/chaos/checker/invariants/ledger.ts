/**
 * Every 202 is one row, equal keys are the same row, there is no row that nobody asked for, and every row comes to its
 * end: for each account and sender accepted = finals, and nothing is in flight any more.
 */
import { isFinal } from '../../../../sms/status.ts';
import type { BookMessage } from '../../model.ts';
import { type Facts, groups, marksIn, type Posted } from '../facts.ts';
import type { Finding } from '../finding.ts';

export function ledger(facts: Facts): Finding {
  const { books } = facts.evidence;
  const breaches: Finding['breaches'] = [];
  const say = (what: string, messageId?: string) =>
    breaches.push(messageId === undefined ? { what } : { what, messageId });
  const keys = groups(books.idempotencyKeys, ({ messageId }) => [messageId]);

  for (const [mark, entries] of facts.posted) {
    const rows = facts.rows.get(mark) ?? [];
    for (const entry of entries) for (const what of faultsOfAccepted(facts, entry)) say(what, entry.messageId);
    const ids = new Set(entries.flatMap(({ messageId }) => messageId ?? []));
    if (ids.size > 1) say(`one key was answered with ${ids.size} messages: ${[...ids].join(', ')}`, rows[0]?.id);
    if (rows.length > 1) say(`${rows.length} rows of one request (${mark})`, rows[0]?.id);
    const [row] = rows;
    if (row && entries.every(wasRefused)) say(`it is in the books, though every request for it was refused`, row.id);
    const wanted = entries.find(({ messageId }) => messageId !== undefined)?.key ?? '';
    const held = row && keys.get(row.id)?.map(({ key }) => key);
    if (row && wanted !== '' && !held?.includes(wanted)) say(`its key ${wanted} is not in the books`, row.id);
  }
  let unanswered = 0;
  for (const row of books.messages) {
    const entries = facts.posted.get(row.mark);
    if (!entries) say(`nobody posted it (${row.mark || 'no mark'})`, row.id);
    else if (entries.every(({ messageId }) => messageId === undefined)) unanswered++;
    if (!isFinal(row.status)) say(`it is still ${row.status}, of ${row.account} through ${row.sender}`, row.id);
  }
  for (const what of strays(facts)) say(what);

  const lanes = groups(books.messages, laneOf).size;
  const count = `${books.messages.length} messages of ${lanes} pairs of account and sender`;
  const checked = `${count}, ${unanswered} of them accepted without an answer`;
  return { looked: books.messages.length, checked, breaches };
}

const laneOf = ({ account, sender }: BookMessage) => [`${account} ${sender}`];

/** A 5xx may have come after the commit, and so may the loss of the answer; a 4xx says that nothing was accepted. */
function wasRefused({ status = 0 }: Posted): boolean {
  return status >= 400 && status < 500;
}

function faultsOfAccepted({ messages }: Facts, entry: Posted): string[] {
  if (entry.messageId === undefined) return [];
  const row = messages.get(entry.messageId);
  if (!row) return [`it was accepted (${entry.mark}) and is not in the books`];
  return (['mark', 'account', 'sender', 'phone'] as const)
    .filter((field) => row[field] !== entry[field])
    .map((field) => `its ${field} is ${row[field]}; ${entry[field]} was accepted`);
}

/** What came to a gateway without being in the books. */
function strays({ evidence, rows, arrivals }: Facts): string[] {
  const unknown = [...arrivals.keys()].filter((mark) => !rows.has(mark));
  const taken = evidence.simulator.taken.filter(({ text }) => !marksIn(text).some((mark) => rows.has(mark)));
  return [
    ...unknown.map((mark) => `a submit of ${mark} came, and it is not in the books`),
    ...taken.map(({ wire, id }) => `${wire} took an SMS (${id}) that is not in the books`),
  ];
}

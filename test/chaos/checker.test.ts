import { describe, expect, it } from 'vitest';
import type { Sms } from '../../local/simulator/model.ts';
import { check, INVARIANTS } from './checker/index.ts';
import { table, timeline } from './checker/report.ts';
import { after, idOf, madeUp, phoneOf, STORIES, type Story } from './evidence.ts';
import type { BookMessage, Evidence, JournalEntry } from './model.ts';

const speaking = (evidence: Evidence) =>
  check(evidence)
    .filter(({ breaches }) => breaches.length > 0)
    .map(({ invariant }) => invariant);

it('finds nothing where every promise was kept, and says what it looked at', () => {
  const verdicts = check(madeUp(20));
  expect(verdicts.flatMap(({ breaches }) => breaches)).toEqual([]);
  expect(verdicts.map(({ invariant }) => invariant)).toEqual(Object.keys(INVARIANTS));
  expect(verdicts.filter(({ checked }) => !/^[1-9]/.test(checked))).toEqual([]);
});

it('says of each invariant that it looked at nothing, where nothing happened', () => {
  const nothing = madeUp(0);
  nothing.temporal = { ...nothing.temporal, seen: 0, rounds: 0, replayed: 0, repairs: [] };
  expect(check(nothing).filter(({ checked }) => !checked.startsWith('0 '))).toEqual([]);
});

/** Of the processor, since other tests run beside this one. */
it('takes 100,000 messages in under 10 s', { timeout: 180_000 }, () => {
  const evidence = madeUp(100_000);
  const begun = process.cpuUsage();
  const verdicts = check(evidence);
  const { user, system } = process.cpuUsage(begun);
  const seconds = (user + system) / 1e6;
  process.stdout.write(`100,000 messages are checked in ${seconds.toFixed(1)} s\n`);
  expect(verdicts.flatMap(({ breaches }) => breaches)).toEqual([]);
  expect(seconds).toBeLessThan(10);
});

/** Each forgery of a run that kept its promises, and who must speak of it: these and no others. */
const FORGERIES: Record<string, [string[], (evidence: Evidence) => void]> = {
  'a row is lost': [
    ['ledger', 'reports'],
    (e) => {
      const { id } = of(e, 'undelivered');
      e.books.messages = e.books.messages.filter((row) => row.id !== id);
      e.books.hooks.shift();
    },
  ],
  'a message has two rows': [
    ['ledger'],
    (e) => {
      const row = of(e, 'expired');
      e.books.messages.push({ ...row, id: idOf(900) });
      e.books.events.push(...eventsOf(e, row).map((event) => ({ ...event, messageId: idOf(900) })));
    },
  ],
  'a key was answered with two messages': [
    ['ledger'],
    (e) => {
      const first = postedOf(e, 'delivered');
      e.journal.push({ ...first, messageId: of(e, 'undelivered').id });
    },
  ],
  'a key is not in the books': [
    ['ledger'],
    (e) => {
      e.books.idempotencyKeys.pop();
    },
  ],
  'a row that nobody posted': [
    ['ledger'],
    (e) => {
      e.journal = e.journal.filter((entry) => entry.kind !== 'posted' || entry.mark !== of(e, 'delivered').mark);
    },
  ],
  'a refused request is in the books': [
    ['ledger'],
    (e) => {
      const { messageId: _, ...refused } = postedOf(e, 'expired');
      replacePosted(e, 'expired', [{ ...refused, status: 422 }]);
    },
  ],
  'a message is in flight for ever': [
    ['ledger', 'reports', 'finals'],
    (e) => {
      of(e, 'delivered').status = 'sent';
    },
  ],
  'a message is with another account': [
    ['ledger'],
    (e) => {
      of(e, 'refused').account = 'another';
    },
  ],
  'an SMS is taken that is nowhere in the books': [
    ['ledger'],
    (e) => {
      e.simulator.taken.push({ ...smsOf(e, 'delivered'), id: 'stray', text: 'Q9999999Z' });
    },
  ],

  'a message is taken twice': [
    ['once'],
    (e) => {
      submitAgain(e, 'delivered', 700);
    },
  ],
  'a resend is not in the timeline': [
    ['once'],
    (e) => {
      e.books.events = e.books.events.filter(({ kind }) => kind !== 'resend');
    },
  ],
  'the policy resends twice': [
    ['once'],
    (e) => {
      of(e, 'resent').resends = 2;
      e.books.events.push({ ...one(e.books.events.filter(({ kind }) => kind === 'resend')), n: 9_999n });
      submitAgain(e, 'resent', 6_000);
    },
  ],
  'the proxy did not see a submit': [
    ['once'],
    (e) => {
      e.arrivals = e.arrivals.filter(({ marks }) => !marks.includes(of(e, 'delivered').mark));
    },
  ],

  'a submit comes 0.1 ms after its STOP was acknowledged': [
    ['after-stop'],
    (e) => {
      arrive(e, 'stopped', stoppedAt(e) + 0.1);
    },
  ],
  'a later message to the stopped phone': [
    ['after-stop'],
    (e) => {
      const stopped = of(e, 'stopped');
      of(e, 'delivered slowly').phone = stopped.phone;
      smsOf(e, 'delivered slowly').phone = stopped.phone.slice(1);
      postedOf(e, 'delivered slowly').phone = stopped.phone;
      for (const { reports } of e.simulator.calls)
        for (const report of reports)
          if (report.id === smsOf(e, 'delivered slowly').id) report.phone = stopped.phone.slice(1);
    },
  ],
  'a START comes after the submit': [
    ['after-stop'],
    (e) => {
      arrive(e, 'stopped', stoppedAt(e) + 50);
      start(e, 100);
    },
  ],

  'a submit comes right after its cancel': [
    ['after-cancel'],
    (e) => {
      arrive(e, 'cancelled', cancelledAt(e) + 0.1);
    },
  ],
  'a cancelled message ends otherwise': [
    ['after-cancel'],
    (e) => {
      const row = of(e, 'cancelled');
      row.status = 'suppressed';
      for (const { kind, detail } of eventsOf(e, row)) if (kind === 'final' && detail) detail.status = 'suppressed';
    },
  ],

  'a submit comes 2 ms after the end of its validity': [
    ['after-expiry'],
    (e) => {
      const row = of(e, 'expired');
      e.arrivals.push({ at: row.expiresAt.getTime() + 2, mono: after(60_000).mono, marks: [row.mark], passedOn: true });
    },
  ],

  'a second end': [
    ['finals'],
    (e) => {
      const { id } = of(e, 'delivered');
      const end = one(e.books.events.filter(({ messageId, kind }) => messageId === id && kind === 'final'));
      e.books.events.push({ ...end, n: 9_999n });
    },
  ],
  'a change that nothing allows': [
    ['finals', 'truth', 'reports'],
    (e) => {
      correct(e, 'delivered', 'unknown', 'report');
    },
  ],
  'a correction by something else than a report': [
    ['finals', 'truth'],
    (e) => {
      correct(e, 'unknown', 'delivered', 'clock');
      const row = of(e, 'unknown');
      row.source = 'clock';
      e.simulator.taken.push({ ...smsOf(e, 'delivered'), id: 'late', phone: row.phone.slice(1), text: row.mark });
    },
  ],
  'an end without a cause': [
    ['finals'],
    (e) => {
      for (const { kind, detail } of eventsOf(e, of(e, 'refused'))) if (kind === 'final') delete detail?.cause;
    },
  ],
  'an end without a source': [
    ['finals'],
    (e) => {
      const row = of(e, 'expired');
      row.source = null;
    },
  ],
  'the row says something else than its timeline': [
    ['finals', 'truth'],
    (e) => {
      of(e, 'undelivered').status = 'expired';
    },
  ],
  'a claim after the end': [
    ['finals'],
    (e) => {
      const { id } = of(e, 'expired');
      e.books.events.push({
        messageId: id,
        n: 9_999n,
        at: new Date(after(70_000).at),
        kind: 'attempt',
        source: 'worker',
        detail: {},
      });
    },
  ],

  'a suppressed message was taken': [
    ['truth'],
    (e) => {
      takeBefore(e, 'stopped');
    },
  ],
  'a refused message was taken': [
    ['truth'],
    (e) => {
      takeBefore(e, 'refused');
    },
  ],
  'an expired message was taken': [
    ['truth'],
    (e) => {
      takeBefore(e, 'expired');
    },
  ],
  'delivered, and never taken': [
    ['truth'],
    (e) => {
      const { mark } = of(e, 'delivered');
      e.simulator.taken = e.simulator.taken.filter(({ text }) => !text.includes(mark));
    },
  ],
  'delivered, and the gateway said undelivered': [
    ['truth'],
    (e) => {
      const sms = smsOf(e, 'delivered');
      sms.status = 'undelivered';
      sms.reported = 'undelivered';
      for (const { reports } of e.simulator.calls)
        for (const report of reports) if (report.id === sms.id) report.status = 'undelivered';
    },
  ],
  'taken for another phone': [
    ['truth'],
    (e) => {
      smsOf(e, 'resent', 0).phone = phoneOf(77);
    },
  ],
  'taken through another sender': [
    ['truth'],
    (e) => {
      smsOf(e, 'resent', 0).login = 'slow';
    },
  ],
  'unknown without a doubt, and its report was acknowledged': [
    ['truth', 'reports'],
    (e) => {
      e.books.events = e.books.events.filter(
        ({ messageId, kind }) => messageId !== of(e, 'corrected').id || kind !== 'correction',
      );
      of(e, 'corrected').status = 'unknown';
      of(e, 'corrected').source = 'clock';
      of(e, 'corrected').cause = 'nothing more was heard';
    },
  ],

  'an acknowledged call is not in the books': [
    ['reports'],
    (e) => {
      e.books.hooks.pop();
    },
  ],
  'an acknowledged call is refused in the books': [
    ['reports'],
    (e) => {
      one(e.books.hooks).state = 'refused';
    },
  ],
  'a call is never worked through': [
    ['reports'],
    (e) => {
      one(e.books.hooks).state = 'received';
    },
  ],
  'an acknowledged text is not kept': [
    ['reports'],
    (e) => {
      e.books.inbound.pop();
    },
  ],
  'a STOP made no suppress entry': [
    ['reports'],
    (e) => {
      e.books.suppressions.pop();
    },
  ],
  'a report of delivery did not replace another end': [
    ['reports'],
    (e) => {
      const sms = smsOf(e, 'undelivered');
      const call = one(e.simulator.calls.filter(({ reports }) => reports.some(({ id }) => id === sms.id)));
      e.simulator.calls.push({
        ...call,
        reports: [{ id: sms.id, phone: sms.phone, status: 'delivered' }],
        body: 'later',
      });
      e.books.hooks.push({ ...one(e.books.hooks), path: '/hooks/TOKEN/reports', body: 'later' });
    },
  ],

  'twelve submits in a second through a sender with a limit of ten': [
    ['limit'],
    (e) => {
      for (let i = 0; i < 12; i++) arriveAt(e, 'delivered slowly', 30_000 + i * 90);
    },
  ],
  'a limit of five is exceeded by one': [
    ['limit'],
    (e) => {
      for (const sender of e.senders) if (sender.rateLimit) sender.rateLimit = 5;
      for (let i = 0; i < 6; i++) arriveAt(e, 'delivered slowly', 30_000 + i * 199);
    },
  ],

  'a report takes effect after 2.1 s': [
    ['prompt'],
    (e) => {
      shiftEnd(e, 'delivered', 2_100);
    },
  ],

  'a repair without a fault': [
    ['repairs'],
    (e) => {
      e.journal = e.journal.filter(({ kind }) => kind !== 'fault');
    },
  ],
  'a repair of another kind': [
    ['repairs'],
    (e) => {
      e.temporal.repairs.push({ at: after(2_000).at, kind: 'somethingElse', count: 1 });
    },
  ],
  'a repair too late for its fault': [
    ['repairs'],
    (e) => {
      e.temporal.repairs.push({ at: after(95_000).at, kind: 'started', count: 1 });
    },
  ],

  'a history that does not replay': [
    ['replay'],
    (e) => {
      e.temporal.replayFailures.push({ workflowId: of(e, 'delivered').id, message: 'Nondeterminism' });
    },
  ],

  'an open workflow': [
    ['leaks'],
    (e) => {
      e.temporal.open.push({ workflowId: of(e, 'delivered').id, type: 'deliverSms' });
    },
  ],
  'a failed workflow': [
    ['leaks'],
    (e) => {
      e.temporal.odd.push({ workflowId: of(e, 'cancelled').id, type: 'deliverSms', status: 'FAILED' });
    },
  ],
  'a workflow that was terminated though its message was not for later': [
    ['leaks'],
    (e) => {
      e.temporal.odd.push({ workflowId: of(e, 'cancelled').id, type: 'deliverSms', status: 'TERMINATED' });
    },
  ],
};

describe('speaks of', () => {
  it.each(Object.keys(FORGERIES))('%s', (name) => {
    const [invariants, forge] = FORGERIES[name] ?? [[], () => {}];
    const evidence = madeUp(20);
    forge(evidence);
    expect(speaking(evidence)).toEqual(Object.keys(INVARIANTS).filter((invariant) => invariants.includes(invariant)));
  });

  it('every invariant, in these forgeries', () => {
    expect(new Set(Object.values(FORGERIES).flatMap(([invariants]) => invariants))).toEqual(
      new Set(Object.keys(INVARIANTS)),
    );
  });
});

/** What looks like a breach, and is none. */
const HONEST: Record<string, (evidence: Evidence) => void> = {
  'an equal request that was answered with the same message': (e) => {
    e.journal.push(postedOf(e, 'delivered'));
  },
  'a 202 that was lost': (e) => {
    const { messageId: _, status: __, ...lost } = postedOf(e, 'delivered');
    replacePosted(e, 'delivered', [lost]);
  },
  'a 503 after the commit': (e) => {
    const { messageId: _, ...away } = postedOf(e, 'delivered');
    replacePosted(e, 'delivered', [{ ...away, status: 503 }]);
  },
  'a refused request, and one without an answer': (e) => {
    const { messageId: _, status: __, ...lost } = postedOf(e, 'delivered');
    replacePosted(e, 'delivered', [lost, { ...lost, status: 429 }]);
  },
  'a repeat that the gateway drops': (e) => {
    arriveAt(e, 'delivered', 300);
  },
  'a submit at the very moment of the STOP': (e) => {
    arrive(e, 'stopped', stoppedAt(e));
  },
  'a STOP that was not acknowledged': (e) => {
    arrive(e, 'stopped', stoppedAt(e) + 100);
    for (const call of e.simulator.calls) if (call.inbound.length > 0) call.answer = 503;
  },
  'a STOP to another account': (e) => {
    of(e, 'delivered slowly').phone = of(e, 'stopped').phone;
    smsOf(e, 'delivered slowly').phone = of(e, 'stopped').phone.slice(1);
    postedOf(e, 'delivered slowly').phone = of(e, 'stopped').phone;
    of(e, 'delivered slowly').account = 'another';
    postedOf(e, 'delivered slowly').account = 'another';
  },
  'a START before the submit': (e) => {
    start(e, 50);
    arrive(e, 'stopped', stoppedAt(e) + 100);
  },
  'a cancel that came too late': (e) => {
    const cancelled = one(e.journal.filter((entry) => entry.kind === 'cancelled'));
    e.journal.push({ ...cancelled, messageId: of(e, 'delivered').id, status: 409 });
  },
  'a submit in the last millisecond, by a clock of whole ones': (e) => {
    const row = of(e, 'expired');
    e.arrivals.push({ at: row.expiresAt.getTime() + 1, mono: after(0).mono, marks: [row.mark], passedOn: true });
  },
  'a report whose 2xx was lost': (e) => {
    for (const call of e.simulator.calls) {
      delete call.answer;
      call.error = 'socket hang up';
    }
  },
  'a report that was not acknowledged, of a message that stays unknown': (e) => {
    const { id } = of(e, 'corrected');
    e.books.events = e.books.events.filter(({ messageId, kind }) => messageId !== id || kind !== 'correction');
    Object.assign(of(e, 'corrected'), { status: 'unknown', source: 'clock' });
    for (const call of e.simulator.calls) delete call.answer;
  },
  'a report by an id that we were never told': (e) => {
    const row = of(e, 'unknown');
    const { phone } = row;
    const sms: Sms = { ...smsOf(e, 'delivered'), id: 'untold', phone: phone.slice(1), text: row.mark };
    e.simulator.taken.push(sms);
    const call = one(e.simulator.calls.filter(({ reports }) => reports.length > 0));
    e.simulator.calls.push({
      ...call,
      body: 'untold',
      reports: [{ id: 'untold', phone: sms.phone, status: 'delivered' }],
    });
    e.books.hooks.push({ ...one(e.books.hooks), path: '/hooks/TOKEN/reports', body: 'untold' });
  },
  'a report by a GET with our token in its query': (e) => {
    const call = one(e.simulator.calls);
    const url = 'http://127.0.0.1:4000/smslistener/a/b?id=1&token=abcdefghijklmnopqrstuvwxyz012345&status=5';
    e.simulator.calls.push({ ...call, reports: [], method: 'GET', url, body: '' });
    e.books.hooks.push({ ...one(e.books.hooks), path: '/smslistener/a/b?id=1&status=5', body: '' });
  },
  'a gateway that says undelivered for rejected': (e) => {
    smsOf(e, 'undelivered').status = 'rejected';
    for (const { reports } of e.simulator.calls)
      for (const it of reports) if (it.status === 'undelivered') it.status = 'rejected';
  },
  'a later report that replaces nothing': (e) => {
    const sms = smsOf(e, 'delivered');
    const call = one(e.simulator.calls);
    sms.status = 'undelivered';
    e.simulator.calls.push({
      ...call,
      body: 'later',
      reports: [{ id: sms.id, phone: sms.phone, status: 'undelivered' }],
    });
    e.books.hooks.push({ ...one(e.books.hooks), body: 'later' });
  },
  'eleven submits in a second where ten are allowed': (e) => {
    for (let i = 0; i < 11; i++) arriveAt(e, 'delivered slowly', 30_000 + i * 90);
    arriveAt(e, 'delivered slowly', 31_000);
  },
  'a report that takes effect late while a fault is in force': (e) => {
    shiftEnd(e, 'delivered', 2_100);
    fault(e, 2_400, 2_500);
  },
  'a report that takes effect late right after a fault': (e) => {
    shiftEnd(e, 'delivered', 2_100);
    fault(e, -3_000, -2_450);
  },
  'a report that was there before the answer': (e) => {
    for (const event of eventsOf(e, of(e, 'delivered')))
      if (event.kind !== 'attempt') event.at = new Date(event.at.getTime() + 5_000);
  },
  'a workflow that was terminated before its time': (e) => {
    const row = of(e, 'cancelled');
    row.sendAt = new Date(row.acceptedAt.getTime() + 10_000);
    e.temporal.odd.push({ workflowId: row.id, type: 'deliverSms', status: 'TERMINATED' });
  },
};

describe('is silent about', () => {
  it.each(Object.keys(HONEST))('%s', (name) => {
    const evidence = madeUp(20);
    HONEST[name]?.(evidence);
    expect(check(evidence).flatMap(({ breaches }) => breaches)).toEqual([]);
  });
});

describe('the report', () => {
  it('has a line for each invariant, and the first breaches below it', () => {
    const evidence = madeUp(20);
    submitAgain(evidence, 'delivered', 700);
    const text = table(check(evidence));
    expect(text).toMatch(/^ledger +kept +20 messages/m);
    expect(text).toMatch(new RegExp(`^once +1 breach .*\\n +${idOf(0)}: the gateway took it 2 times`, 'm'));
    expect(table(check(madeUp(0)))).toMatch(/^after-stop +NOTHING SEEN +0 messages/m);
  });

  it('tells the story of a message in order, with the faults that were in force', () => {
    const evidence = madeUp(20);
    fault(evidence, 300, 5_200);
    const story = timeline(evidence, of(evidence, 'resent').id);
    const order = [
      'posts it',
      'accepted by api',
      'got 202',
      'attempt by worker',
      'a submit comes',
      'took it as',
      'outcome by worker',
      'a-fault begins',
      'resend by operator',
      'a submit comes',
      'took it as',
      'a-fault is over',
      'report delivered',
      'final by report',
    ];
    let place = 0;
    for (const words of order) {
      place = story.indexOf(words, place + 1);
      expect(place, `${words} in\n${story}`).toBeGreaterThan(0);
    }
    expect(story).not.toContain(idOf(3));
  });

  it('tells what is known of a message that is not in the books', () => {
    const evidence = madeUp(20);
    evidence.books.messages = [];
    expect(timeline(evidence, idOf(0))).toMatch(/not in the books\n.*posts it/);
  });
});

// What the forgeries are made with.

function one<T>(found: readonly T[]): T {
  const [first] = found;
  if (first === undefined) throw new Error('there is none');
  return first;
}

const of = (e: Evidence, story: Story): BookMessage => {
  const row = e.books.messages.find(({ id }) => id === idOf(STORIES.indexOf(story)));
  if (!row) throw new Error(`there is no message that was ${story}`);
  return row;
};

const smsOf = (e: Evidence, story: Story, which = 0): Sms =>
  one(e.simulator.taken.filter(({ text }) => text.includes(of(e, story).mark)).slice(which));

const eventsOf = (e: Evidence, { id }: BookMessage) => e.books.events.filter(({ messageId }) => messageId === id);

type Posted = Extract<JournalEntry, { kind: 'posted' }>;

const postedOf = (e: Evidence, story: Story): Posted =>
  one(e.journal.filter((entry) => entry.kind === 'posted').filter(({ mark }) => mark === of(e, story).mark));

function replacePosted(e: Evidence, story: Story, entries: Posted[]): void {
  const { mark } = of(e, story);
  e.journal = [...e.journal.filter((entry) => entry.kind !== 'posted' || entry.mark !== mark), ...entries];
}

function arriveAt(e: Evidence, story: Story, ms: number): void {
  e.arrivals.push({ ...after(ms), marks: [of(e, story).mark], passedOn: true });
}

function arrive(e: Evidence, story: Story, mono: number): void {
  e.arrivals.push({ at: after(0).at, mono, marks: [of(e, story).mark], passedOn: true });
}

function stoppedAt(e: Evidence): number {
  const call = one(e.simulator.calls.filter(({ inbound }) => inbound.length > 0));
  return call.mono + call.ms;
}

const cancelledAt = (e: Evidence) => one(e.journal.filter(({ kind }) => kind === 'cancelled')).mono;

function start(e: Evidence, ms: number): void {
  const text = one(e.simulator.texts);
  const call = one(e.simulator.calls.filter(({ inbound }) => inbound.includes(text.id)));
  e.simulator.texts.push({ ...text, id: 'start', text: 'start' });
  e.simulator.calls.push({
    ...call,
    mono: call.mono + call.ms + ms,
    at: call.at + ms,
    inbound: ['start'],
    body: 'start',
  });
  e.books.hooks.push({ ...one(e.books.hooks), path: '/hooks/TOKEN/inbound', body: 'start' });
  e.books.inbound.push({ ...one(e.books.inbound), text: 'start', effect: 'start' });
  e.books.suppressions.shift();
}

function submitAgain(e: Evidence, story: Story, ms: number): void {
  arriveAt(e, story, ms);
  e.simulator.taken.push({ ...smsOf(e, story), id: `again-${ms}` });
}

/** The gateway took one SMS of it, before anything forbade that. */
function takeBefore(e: Evidence, story: Story): void {
  const row = of(e, story);
  arrive(e, story, after(0).mono);
  e.simulator.taken.push({ ...smsOf(e, 'delivered'), id: 'before', phone: row.phone.slice(1), text: row.mark });
}

function correct(e: Evidence, story: Story, status: string, source: string): void {
  const row = of(e, story);
  const detail = { status, was: row.status, cause: status };
  const at = new Date(after(69_000).at);
  e.books.events.push({ messageId: row.id, n: 9_999n, at, kind: 'correction', source, detail });
  Object.assign(row, { status, source, cause: status });
}

function shiftEnd(e: Evidence, story: Story, ms: number): void {
  for (const event of eventsOf(e, of(e, story))) {
    if (event.kind === 'final') event.at = new Date(event.at.getTime() + ms);
  }
}

function fault(e: Evidence, from: number, until: number): void {
  const [begun, ended] = [after(from), after(until)];
  e.journal.push({ kind: 'fault', name: 'a-fault', what: 'somewhere', begun, ended, explains: [], ...begun });
}

import {
  answerWithoutId,
  eventsOf,
  forgetIds,
  know,
  leaveToFetch,
  neverHear,
  of,
  one,
  smsOf,
  tellOfUncertain,
} from './forging.ts';
import { invariantTests } from './invariant-tests.ts';

invariantTests('reports', {
  speaksOf: {
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
    'a text that was there to be fetched is not kept': [
      ['reports'],
      (e) => {
        leaveToFetch(e);
        e.books.inbound.pop();
      },
    ],
    'a STOP that was fetched made no suppress entry': [
      ['reports'],
      (e) => {
        leaveToFetch(e);
        e.books.suppressions.pop();
      },
    ],
    'a STOP made no suppress entry': [
      ['reports'],
      (e) => {
        e.books.suppressions.pop();
      },
    ],
    'a poll brought the end that a report had told of, and nothing is there of the report': [
      ['reports'],
      (e) => {
        const { text } = smsOf(e, 'delivered');
        const { id } = one(e.books.messages.filter(({ mark }) => text.includes(mark)));
        e.books.events = e.books.events.filter(({ messageId, kind }) => messageId !== id || kind !== 'report');
        for (const event of e.books.events) if (event.messageId === id && event.kind === 'final') event.source = 'poll';
        one(e.books.messages.filter((message) => message.id === id)).source = 'poll';
      },
    ],
    'a call that is closed before its report takes effect': [
      ['truth', 'reports', 'prompt'],
      (e) => {
        neverHear(e, 'delivered');
      },
    ],
    'the same, after an answer without an id, where the books have it all the same': [
      ['truth', 'reports', 'prompt'],
      (e) => {
        answerWithoutId(e, 'delivered');
        know(e, 'delivered', smsOf(e, 'delivered').id);
        neverHear(e, 'delivered');
      },
    ],
    'the same, after an answer without an id, by our reference': [
      ['truth', 'reports', 'prompt'],
      (e) => {
        answerWithoutId(e, 'delivered');
        know(e, 'delivered', 'ours-1');
        const { id } = smsOf(e, 'delivered');
        const call = one(e.simulator.calls.filter(({ reports }) => reports.some((report) => report.id === id)));
        for (const it of [call, ...e.books.hooks.filter(({ body }) => body === call.body)])
          it.body = '{"own":"ours-1"}';
        neverHear(e, 'delivered');
      },
    ],
    'the same, where the answer had an id that the books have not': [
      ['truth', 'reports', 'prompt'],
      (e) => {
        answerWithoutId(e, 'delivered');
        for (const { kind, detail } of eventsOf(e, of(e, 'delivered')))
          if (kind === 'outcome' && detail) detail.ids = [{ id: smsOf(e, 'delivered').id }];
        neverHear(e, 'delivered');
      },
    ],
    'the same, where neither has the id that the gateway gave': [
      ['truth', 'reports', 'prompt'],
      (e) => {
        forgetIds(e, 'delivered');
        neverHear(e, 'delivered');
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
  },
  isSilentAbout: {
    'a text that came after the last that were fetched': (e) => {
      leaveToFetch(e, 10_000);
      e.books.inbound.pop();
      e.books.suppressions.pop();
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
    'a report by an id that we were never told, since the submit was not answered': (e) => {
      tellOfUncertain(e, 'untold');
    },
    'a report by an id that we were never told, since the answer had none': (e) => {
      answerWithoutId(e, 'delivered');
      neverHear(e, 'delivered');
    },
    'a report by a GET with our token in its query': (e) => {
      const call = one(e.simulator.calls);
      const url = 'http://127.0.0.1:4000/smslistener/a/b?id=1&token=abcdefghijklmnopqrstuvwxyz012345&status=5';
      e.simulator.calls.push({ ...call, reports: [], method: 'GET', url, body: '' });
      e.books.hooks.push({ ...one(e.books.hooks), path: '/smslistener/a/b?id=1&status=5', body: '' });
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
  },
});

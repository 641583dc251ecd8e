import { phoneOf } from '../evidence.ts';
import { know, of, smsOf, takeBefore, tellOfUncertain } from './forging.ts';
import { invariantTests } from './invariant-tests.ts';

invariantTests('truth', {
  speaksOf: {
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
    'unknown after a doubt, and its report was acknowledged by an id that we know': [
      ['truth', 'reports'],
      (e) => {
        tellOfUncertain(e, 'known');
        know(e, 'unknown', 'known');
      },
    ],
  },
  isSilentAbout: {
    'a gateway that says undelivered for rejected': (e) => {
      smsOf(e, 'undelivered').status = 'rejected';
      for (const { reports } of e.simulator.calls)
        for (const it of reports) if (it.status === 'undelivered') it.status = 'rejected';
    },
  },
});

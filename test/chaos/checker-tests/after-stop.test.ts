import { arrive, of, postedOf, smsOf, start, stoppedAt } from './forging.ts';
import { invariantTests } from './invariant-tests.ts';

invariantTests('after-stop', {
  speaksOf: {
    'a submit comes 0.1 ms after its STOP was acknowledged': [
      ['after-stop'],
      (e) => {
        arrive(e, 'stopped', stoppedAt(e) + 0.1);
      },
    ],
    'a submit comes 0.1 ms after, on top of its clock error, which is smaller than that of others': [
      ['after-stop'],
      (e) => {
        arrive(e, 'stopped', stoppedAt(e) + 20, 50);
        arrive(e, 'stopped', stoppedAt(e) + 30.1, 30);
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
  },
  isSilentAbout: {
    'a submit at the very moment of the STOP': (e) => {
      arrive(e, 'stopped', stoppedAt(e));
    },
    'a submit within its own clock error': (e) => {
      arrive(e, 'stopped', stoppedAt(e) + 30, 30);
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
  },
});

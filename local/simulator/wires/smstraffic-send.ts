/** Reads the parameters of SMS Traffic's send call; the first error found counts. */
import type { Account, Submission } from '../model.ts';
import { readDate } from './smstraffic-dates.ts';
import type { Form } from './smstraffic-form.ts';
import { nextIds } from './smstraffic-ids.ts';
import { optionsOf } from './smstraffic-options.ts';
import { type Recipient, readRecipients } from './smstraffic-recipients.ts';
import { inLatin, written } from './smstraffic-text.ts';

/** The SMS, or the code of the error. */
export function readSend(form: Form, smart: boolean, account: Account): Submission[] | number {
  const wrong = wrongParameters(form, smart) ?? wrongDates(form, smart);
  if (wrong !== undefined) return wrong;
  const sender = senderOf(form, account);
  if (typeof sender === 'number') return sender;
  const recipients = readRecipients(form);
  if (typeof recipients === 'number') return recipients;
  const tooLong = recipients.some((it) => it.bytes > (isUnicode(form) ? 17_085 : 39_015));
  if (tooLong) return smart ? 704 : 420;
  const submissions = recipients.map((it) => submissionOf(it, sender, form, smart, account));
  const count = submissions.reduce((sum, it) => sum + it.parts, 0);
  const seconds = count * Number(form.get('gap') ?? 1);
  return form.get('want_sms_ids') === '1' && count > 1 && seconds > 300 ? 418 : submissions;
}

function submissionOf(
  { phone, message, pushId }: Recipient,
  sender: string,
  form: Form,
  smart: boolean,
  account: Account,
): Submission {
  const maxParts = Number(form.get('max_parts') ?? 255);
  const { text, parts } = written(message, isUnicode(form), form.get('two_byte_concat') === '1', maxParts);
  const isLong = smart || optionsOf(account).longIds;
  const ids = nextIds(smart ? 1 : parts, isLong ? (account.unusual ? 38 : 39) : 20);
  const start = readDate(form.get('start_date') ?? '');
  return {
    id: ids[0] ?? '',
    ...(smart ? {} : { partIds: ids }),
    ownId: pushId,
    phone,
    text,
    sender,
    parts,
    delayMs: start === undefined ? 0 : Math.max(0, start - Date.now()),
    // Russian operators refuse numbers as sender.
    doomed: /^\d+$/.test(sender) && phone.startsWith('7'),
    echo: { product: smart ? 'smart' : 'classic' },
  };
}

function wrongParameters(form: Form, smart: boolean): number | undefined {
  const isWrong = (name: string, pattern: RegExp) => form.has(name) && !pattern.test(form.get(name) ?? '');
  if (smart && isWrong('individual_messages', FLAG)) return 703;
  if (smart && isWrong('route', /^[a-z]+(\(\d+\))?(-[a-z]+(\(\d+\))?)*$/)) return 701;
  if (smart && isWrong('routeGroupId', /^.{1,45}$/s)) return 705;
  if (!smart && form.has('route')) return 419;
  if (isWrong('max_parts', /^([1-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])$/)) return 410;
  if (FLAGS.some((name) => isWrong(name, FLAG)) || isWrong('rus', /^[015]$/)) return 404;
  if (isWrong('timeout', /^\d{1,5}$/) || Number(form.get('timeout') ?? 0) > 86_400) return 404;
  if (isWrong('gap', /^\d+(\.\d+)?$/) || Number(form.get('gap') ?? 1) < 0.05) return 404;
  const [individual, pushIds, wantIds] = ['individual_messages', 'with_push_id', 'want_sms_ids'].map(
    (name) => form.get(name) === '1',
  );
  if (pushIds && !(individual && wantIds)) return 404;
  return form.has('group') && form.has('phones') ? 404 : undefined;
}

const FLAG = /^[01]$/;
const FLAGS = [
  'want_sms_ids',
  'flash',
  'individual_messages',
  'with_push_id',
  'ignore_phone_format',
  'two_byte_concat',
];

function wrongDates(form: Form, smart: boolean): number | undefined {
  const now = Date.now();
  const start = form.has('start_date') ? readDate(form.get('start_date') ?? '') : now;
  if (start === undefined || start > now + 3 * DAY_MS) return 416;
  // The date has no milliseconds.
  if (start <= now - 1000) return 417;
  if (form.get('want_sms_ids') === '1' && start >= now + 5 * 60_000) return 418;
  if (!smart || !form.has('stop_date')) return undefined;
  const stop = readDate(form.get('stop_date') ?? '');
  if (stop === undefined) return 702;
  if (stop < now) return 501;
  return start > stop ? 502 : undefined;
}

/** The name, or the code of the error. */
function senderOf(form: Form, account: Account): string | number {
  const { originators, defaultOriginator } = optionsOf(account);
  const wanted = form.get('originator');
  if (wanted === undefined) return defaultOriginator;
  if (wanted === '') return 443;
  const name = inLatin(wanted);
  if (name.length > (/^\d+$/.test(name) ? 15 : 11)) return 421;
  if (!/^[a-zA-Z0-9\-_. ]+$/.test(name)) return 436;
  return originators === '*' || originators.split(',').includes(name) ? name : 436;
}

const isUnicode = (form: Form) => form.get('rus') === '1' || form.get('rus') === '5';

const DAY_MS = 86_400_000;

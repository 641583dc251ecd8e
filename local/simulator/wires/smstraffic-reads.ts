/** What SMS Traffic tells upon `operation`: statuses, inbound SMS, the balance. */
import type { Account, Answer, Sms } from '../model.ts';
import { element, elements, type Look, ok, reply } from './smstraffic-answers.ts';
import { moscowDate, readDate } from './smstraffic-dates.ts';
import type { Form } from './smstraffic-form.ts';
import { isSmart } from './smstraffic-hooks.ts';
import { optionsOf } from './smstraffic-options.ts';
import { classicRow, smartRow, unknownRow } from './smstraffic-status.ts';
import type { House } from './wire.ts';

/** An answer, or the code of an error; `asked` is for the book. */
export type Replied = ({ answer: Answer } | { code: number }) & { asked?: string };

export function status(form: Form, account: Account, look: Look, house: House): Replied {
  const ids = (form.get('sms_id') ?? '').split(',').map((it) => it.trim());
  const asked = ids.join(' ');
  if (asked === '') return { code: 433 };
  if (ids.length > MOST_IDS) return { code: 505, asked };
  const found = ids.map((id) => ({ id, sms: known(house.find(account, id), account, look) }));
  const [first] = found;
  if (found.length === 1 && !first?.sms && !look.unusual) return { code: 434, asked };
  return { answer: look.smart ? smartStatus(found, account, look) : classicStatus(found, account, look), asked };
}

interface Found {
  id: string;
  sms?: Sms;
}

function classicStatus(found: readonly Found[], account: Account, look: Look): Answer {
  const rows = found.map(({ id, sms }) => (sms ? classicRow(sms, id, look, account) : unknownRow(id, look)));
  return reply(rows.length === 1 ? rows.join('') : rows.map((row) => `<sms>${row}</sms>`).join(''), look);
}

/** Nobody has documented how it says that an id is unknown: it leaves it out. */
function smartStatus(found: readonly Found[], account: Account, look: Look): Answer {
  const rows = found.flatMap(({ sms }) => (sms ? [smartRow(sms, look, account)] : []));
  return reply(ok(look) + (found.length === 1 ? rows.join('') : `<msg-infos>${rows.join('')}</msg-infos>`), look);
}

/** Each product knows its own SMS only, and those for two days. */
function known(sms: Sms | undefined, account: Account, look: Look): Sms | undefined {
  if (!sms || isSmart(sms) !== look.smart) return undefined;
  return Date.now() - sms.acceptedAt < optionsOf(account).statusKeepMs ? sms : undefined;
}

export function incoming(form: Form, account: Account, look: Look, house: House): Replied {
  const [date, most] = [form.get('from_date'), form.get('count') ?? String(Number.MAX_SAFE_INTEGER)];
  const from = date === undefined ? 0 : readDate(/^\d{4}-\d\d-\d\d$/.test(date) ? `${date} 00:00:00` : date);
  if (from === undefined) return { code: 416 };
  if (!/^\d+$/.test(most)) return { code: 404 };
  const wanted = house
    .inbound(account)
    .filter((it) => it.at >= Math.max(from, Date.now() - TWO_DAYS_MS))
    .filter((it) => !form.has('from_phone') || it.from === form.get('from_phone'))
    .slice(0, Number(most));
  for (const it of wanted) it.pulled = true;
  const messages = wanted.map((it) => {
    const fields = {
      from_phone: it.from,
      text: it.text,
      send_date: moscowDate(it.at),
      delivery_date: moscowDate(it.at),
      ...(form.get('want_sms_ids') === '1' ? { sms_id: it.id } : {}),
    };
    return `<message>${elements(fields, look)}</message>`;
  });
  const inner = `<count>${messages.length}</count><messages>${messages.join('')}</messages>`;
  return { answer: reply(inner, look, ' '), asked: `incoming from ${date ?? 'two days ago'}` };
}

export function balance(_: Form, account: Account, look: Look): Replied {
  return { answer: reply(element('account', String(account.balance ?? ENDLESS), look), look, ' ') };
}

const MOST_IDS = 15;
const TWO_DAYS_MS = 2 * 86_400_000;
const ENDLESS = 1500;

/** Stream Telecom's inbound SMS, for those who ask: of a span of time, as often as they ask. */
import type { Account, Inbound } from '../model.ts';
import { json } from './answers.ts';
import { failed, reply } from './streamtelecom-errors.ts';
import { utcOf } from './streamtelecom-send.ts';
import { jsonDate } from './streamtelecom-state.ts';
import type { House, Reply } from './wire.ts';

/** Times are whole seconds and both ends are outside, as in the XML protocol of the same platform. */
export function incoming(params: URLSearchParams, account: Account, house: House): Reply {
  const [min, max] = [params.get('minDateUTC'), params.get('maxDateUTC')];
  if (!min || !max) return failed('inbound', 'missing', account);
  const [from, to] = [utcOf(min), utcOf(max)];
  if (from === undefined || to === undefined) return failed('inbound', 'invalid', account);
  const found = house.inbound(account).filter((it) => secondOf(it) > from && secondOf(it) < to);
  for (const it of found) it.pulled = true;
  const rows = found.map((it) => rowOf(it, account));
  return { ...reply('inbound', json(200, rows), account.login), asked: `inbound between ${min} and ${max}` };
}

const secondOf = ({ at }: Inbound) => Math.floor(at / 1000) * 1000;

/** The names are misspelt by default; unusual: in good spelling, in small letters. */
function rowOf(inbound: Inbound, { unusual }: Account): Record<string, string> {
  const { from, to, text } = inbound;
  const created = jsonDate(secondOf(inbound));
  return unusual
    ? { prefix: '', data: text, sourceaddress: from, destinationaddress: to, createddateutc: created }
    : { Prefix: '', Data: text, SourceAdress: from, DestanationAdress: to, CreatedDateUTC: created };
}

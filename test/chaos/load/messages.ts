/** What is sent: made-up phones, texts with a mark, times and priorities. */
import { PRIORITIES, type Priority } from '../../../sms/priority.ts';
import { type ChaosSender, markOf, numberOf } from '../model.ts';
import type { Random } from '../random.ts';

export interface NewMessage {
  to: string;
  text: string;
  sender: string;
  priority: Priority;
  sendAt?: string;
}

export interface Made {
  mark: string;
  message: NewMessage;
}

export interface Messages {
  /** To a phone of its own unless told. */
  make(sender: ChaosSender, phone?: string): Made;
  /** Not in use, with nothing special about it. */
  plainPhone(sender: ChaosSender): string;
}

/**
 * Magic numbers of the simulator, by how often they come. Not 913 and 914: a message that the gateway always answers with
 * "no money" or "wrong login" has its sender held for as long as it waits; faults/gateways.ts has both, and mends them.
 */
const MAGIC: Record<string, number> = {
  ...Object.fromEntries(range(901, 909).map((digits) => [digits, 3])),
  907: 5,
  911: 2,
  912: 2,
  915: 3,
  921: 3,
  922: 1,
  923: 3,
  ...Object.fromEntries(range(931, 941).map((digits) => [digits, 3])),
  938: 5,
  942: 1,
  943: 1,
  944: 3,
};
const MAGIC_SHARE = 0.3;
const DRAWN = Object.entries(MAGIC).flatMap(([digits, weight]) => Array<string>(weight).fill(digits));
const MOST_AHEAD_S = 8;

/** @param former marks and phones of the run from which it goes on: neither is used again */
export function createMessages(random: Random, former: readonly { mark: string; phone: string }[] = []): Messages {
  let marks = former.reduce((most, { mark }) => Math.max(most, numberOf(mark)), 0);
  const used = new Map<string, number>();
  for (const { phone } of former) {
    const [prefix, n, magic] = [phone.slice(0, -7), Number(phone.slice(-7, -3)), phone.slice(-3)];
    used.set(`${prefix}${magic}`, Math.max(n + 1, used.get(`${prefix}${magic}`) ?? 0));
  }

  /** Its last three digits are the magic; the four before them count. */
  function phone({ wire }: ChaosSender, magic: string): string {
    const prefix = wire === 'playmobile' ? '+99890' : '+7999';
    const n = used.get(`${prefix}${magic}`) ?? 0;
    used.set(`${prefix}${magic}`, n + 1);
    return `${prefix}${String(n % 10_000).padStart(4, '0')}${magic}`;
  }

  /** Below 900 nothing is magic. */
  const plainPhone = (sender: ChaosSender) => phone(sender, String(random.int(0, 899)).padStart(3, '0'));

  return {
    plainPhone,
    make(sender, to = random.chance(MAGIC_SHARE) ? phone(sender, random.pick(DRAWN)) : plainPhone(sender)) {
      const mark = markOf(++marks);
      const ahead = random.chance(0.15) ? random.int(1, MOST_AHEAD_S) : 0;
      const message = {
        to,
        text: textWith(mark, random),
        sender: sender.name,
        priority: random.pick(Object.keys(PRIORITIES) as Priority[]),
        ...(ahead > 0 && { sendAt: new Date(Date.now() + ahead * 1_000).toISOString() }),
      };
      return { mark, message };
    },
  };
}

function textWith(mark: string, random: Random): string {
  const kind = random.next();
  if (kind < 0.6) return `Your code is ${random.int(1_000, 9_999)} ${mark}`;
  if (kind < 0.9) return `Ваш заказ ${mark} уже в пути`;
  return `${mark} ${'Ваш заказ уже в пути, ждите звонка. '.repeat(4)}`.trim();
}

function range(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => String(from + i));
}

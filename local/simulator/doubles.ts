import { createHash } from 'node:crypto';
import type { Sms } from './model.ts';

export interface Double {
  by: 'own-id' | 'phone-text';
  wire: string;
  login: string;
  phone: string;
  ownId?: string;
  text: string;
  /** How often it was accepted: 2 and more. */
  count: number;
  /** Places in the book of the accepted SMS, the last ones. */
  sms: number[];
}

/**
 * Counts how often the same SMS was accepted: by the client's own id, and by phone and text.
 * Never forgets before it is cleared, or a double would hide in a long run: some 100 bytes for each SMS.
 */
export class Doubles {
  #first = new Map<string, number>();
  #doubles = new Map<string, Double>();

  add(sms: Sms): void {
    const { wire, login, phone, ownId, text } = sms;
    this.#count(sms, { by: 'phone-text', wire, login, phone, text, count: 1, sms: [] });
    if (ownId !== undefined) this.#count(sms, { by: 'own-id', wire, login, phone, ownId, text, count: 1, sms: [] });
  }

  list(): Double[] {
    return [...this.#doubles.values()];
  }

  clear(): void {
    this.#first.clear();
    this.#doubles.clear();
  }

  #count(sms: Sms, fresh: Double): void {
    const key = keyOf(fresh);
    const known = this.#doubles.get(key);
    if (known) {
      known.count += 1;
      if (known.sms.push(sms.n) > SHOWN) known.sms.shift();
      return;
    }
    const first = this.#first.get(key);
    if (first === undefined) this.#first.set(key, sms.n);
    else this.#doubles.set(key, { ...fresh, count: 2, sms: [first, sms.n] });
  }
}

function keyOf({ by, wire, login, phone, ownId, text }: Double): string {
  const words = by === 'own-id' ? [by, wire, login, phone, ownId] : [by, wire, login, phone, text];
  return createHash('sha1').update(JSON.stringify(words)).digest('base64').slice(0, 22);
}

const SHOWN = 20;

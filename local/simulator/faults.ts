/** What can go wrong, by magic number or by programme. docs/simulator.md shows the same table. */

/**
 * - fate: the SMS is taken; its reports or its end are unusual
 * - refusal: the SMS is not taken, in the wire's own words
 * - instead: the request is not taken as a whole
 * - answer: the request is handled as usual, and then its answer goes wrong
 */
export type FaultKind = 'fate' | 'refusal' | 'instead' | 'answer';

interface FaultRow {
  fault: string;
  kind: FaultKind;
  /** Recipients ending in these digits cause it. */
  digits: string;
  /** Only upon the first send request for a phone of a login. */
  once: boolean;
  says: string;
}

export const FAULTS = [
  { digits: '901', fault: 'undelivered', kind: 'fate', once: false, says: 'ends as undelivered' },
  { digits: '902', fault: 'expired', kind: 'fate', once: false, says: 'ends as expired' },
  { digits: '903', fault: 'rejected', kind: 'fate', once: false, says: 'accepted, later rejected by a report' },
  { digits: '904', fault: 'no-report', kind: 'fate', once: false, says: 'no report; a poll says delivered' },
  {
    digits: '905',
    fault: 'never-final',
    kind: 'fate',
    once: false,
    says: 'no report; a poll never says a final status',
  },
  { digits: '906', fault: 'report-twice', kind: 'fate', once: false, says: 'the final report comes twice' },
  { digits: '907', fault: 'report-first', kind: 'fate', once: false, says: 'the final report comes before the answer' },
  { digits: '908', fault: 'report-late', kind: 'fate', once: false, says: 'everything takes five times as long' },
  {
    digits: '909',
    fault: 'report-disorder',
    kind: 'fate',
    once: false,
    says: 'delivered, then a report that is not final',
  },
  { digits: '911', fault: 'invalid-recipient', kind: 'refusal', once: false, says: 'refused: invalid recipient' },
  { digits: '912', fault: 'blocked', kind: 'refusal', once: false, says: 'refused: forbidden' },
  { digits: '913', fault: 'no-balance', kind: 'refusal', once: false, says: 'refused: no money' },
  { digits: '914', fault: 'auth', kind: 'instead', once: false, says: 'refused: wrong login or key' },
  {
    digits: '915',
    fault: 'opted-out',
    kind: 'fate',
    once: false,
    says: 'accepted, then rejected: the recipient opted out',
  },
  { digits: '921', fault: 'rate-limited', kind: 'instead', once: true, says: '429 with Retry-After: 1' },
  { digits: '922', fault: 'rate-limited', kind: 'instead', once: false, says: '429 with Retry-After: 1, always' },
  { digits: '923', fault: 'unavailable', kind: 'instead', once: true, says: '503 with Retry-After: 1' },
  { digits: '931', fault: 'reset-before-body', kind: 'instead', once: true, says: 'connection reset; not accepted' },
  {
    digits: '932',
    fault: 'reset-after-accept',
    kind: 'answer',
    once: true,
    says: 'accepted; connection reset instead of an answer',
  },
  {
    digits: '933',
    fault: 'silent',
    kind: 'answer',
    once: true,
    says: 'accepted; no answer, the connection stays open',
  },
  { digits: '934', fault: 'error-500', kind: 'instead', once: true, says: '500; not accepted' },
  { digits: '935', fault: 'error-500-accepted', kind: 'answer', once: true, says: '500; accepted all the same' },
  { digits: '936', fault: 'garbage', kind: 'answer', once: true, says: 'accepted; 200 with garbage' },
  {
    digits: '937',
    fault: 'half-answer',
    kind: 'answer',
    once: true,
    says: 'accepted; half of the answer, then the connection is closed',
  },
  { digits: '938', fault: 'slow-answer', kind: 'answer', once: false, says: 'accepted; the answer comes after 3 s' },
  { digits: '939', fault: 'no-id', kind: 'answer', once: false, says: 'accepted; the answer has no id' },
  { digits: '940', fault: 'redirect', kind: 'instead', once: true, says: '302 into an endless loop; not accepted' },
  { digits: '941', fault: 'drip', kind: 'answer', once: true, says: 'accepted; the answer drips, 1 byte a second' },
  { digits: '942', fault: 'giant', kind: 'answer', once: true, says: 'accepted; an answer of 100 MB' },
  {
    digits: '943',
    fault: 'gzip-bomb',
    kind: 'answer',
    once: true,
    says: 'accepted; a gzip answer of 1 MB that unpacks to 1 GB',
  },
  { digits: '944', fault: 'odd-charset', kind: 'answer', once: true, says: 'accepted; the answer in unexpected bytes' },
] as const satisfies readonly FaultRow[];

export type Fault = (typeof FAULTS)[number]['fault'];

const KINDS = new Map<string, FaultKind>(FAULTS.map((row) => [row.fault, row.kind]));

export const isFault = (name: unknown): name is Fault => typeof name === 'string' && KINDS.has(name);
export const kindOf = (fault: Fault) => KINDS.get(fault);

/** Where a fault happens. Absent = anywhere. */
export interface Programme {
  wire?: string;
  login?: string;
  /** Digits. */
  phone?: string;
  /** Which calls; `send` unless told. */
  call: string;
  fault: Fault;
  /** So many times more. */
  times: number;
}

/** Decides which fault a request meets: programmed ones first, then the magic numbers. */
export class Faults {
  #programmes: Programme[] = [];
  #met = new Set<string>();

  program(programme: Programme): void {
    this.#programmes.push(programme);
  }

  get programmed(): readonly Programme[] {
    return this.#programmes;
  }

  clear(): void {
    this.#programmes = [];
    this.#met.clear();
  }

  /** A reset that needs no look into the body; `login` as far as the headers tell it. */
  takeEarlyReset(wire: string, login: string | undefined): boolean {
    return (
      this.#takeProgrammed(
        (it) =>
          it.fault === 'reset-before-body' &&
          it.call === 'send' &&
          it.phone === undefined &&
          (it.wire ?? wire) === wire &&
          (it.login ?? login) === login,
      ) !== undefined
    );
  }

  /** The first fault of these kinds for one of the phones; uses it up. */
  take(
    at: { wire: string; login: string; phones: readonly string[]; call: string },
    kinds: readonly FaultKind[],
  ): Fault | undefined {
    const programmed = this.#takeProgrammed(
      (it) =>
        kinds.includes(KINDS.get(it.fault) ?? 'fate') &&
        it.call === at.call &&
        (it.wire ?? at.wire) === at.wire &&
        (it.login ?? at.login) === at.login &&
        (it.phone === undefined || at.phones.includes(it.phone)),
    );
    if (programmed || at.call !== 'send') return programmed;
    for (const phone of at.phones) {
      const magic = this.#takeMagic(`${at.wire}\n${at.login}\n${phone}`, phone.slice(-3), kinds);
      if (magic) return magic;
    }
    return undefined;
  }

  #takeProgrammed(fits: (programme: Programme) => boolean): Fault | undefined {
    if (this.#programmes.length === 0) return undefined;
    const found = this.#programmes.find(fits);
    if (!found) return undefined;
    found.times -= 1;
    if (found.times <= 0) this.#programmes = this.#programmes.filter((it) => it !== found);
    return found.fault;
  }

  #takeMagic(key: string, digits: string, kinds: readonly FaultKind[]): Fault | undefined {
    const row = BY_DIGITS.get(digits);
    if (!row || !kinds.includes(row.kind)) return undefined;
    if (!row.once) return row.fault;
    if (this.#met.has(key)) return undefined;
    this.#met.add(key);
    return row.fault;
  }
}

const BY_DIGITS = new Map<string, (typeof FAULTS)[number]>(FAULTS.map((row) => [row.digits, row]));

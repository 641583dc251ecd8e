/** The control API under `/_control`: what a test or a person may change and see. Not part of any wire. */
import { FAULTS, isFault } from './faults.ts';
import type { AccountSettings, Answer, Call, Status } from './model.ts';
import { type Simulation, wireOf } from './simulation.ts';
import { isRecord, json, parseJson } from './wires/answers.ts';
import type { Wire } from './wires/wire.ts';

/** undefined = not a path of the control API. */
export function control(simulation: Simulation, call: Call): Answer | undefined {
  if (!call.path.startsWith('/_control/')) return undefined;
  const name = call.path.slice('/_control/'.length);
  try {
    if (call.method === 'GET') {
      const found = READS[name]?.(simulation, new URLSearchParams(call.query));
      return found === undefined ? json(404, { error: 'no such call' }) : json(200, found);
    }
    const write = WRITES[name];
    if (call.method !== 'POST' || !write) return json(404, { error: 'no such call' });
    // A page of another site could send anything but this type without being asked for leave.
    if (!/^application\/json\b/i.test(call.headers['content-type'] ?? '')) {
      return json(415, { error: 'Content-Type must be application/json' });
    }
    return json(200, write(simulation, new Input(call.body.length === 0 ? {} : parseJson(call.body))));
  } catch (error) {
    if (error instanceof BadInput) return json(400, { error: error.message });
    throw error;
  }
}

const READS: Record<string, (simulation: Simulation, params: URLSearchParams) => unknown> = {
  book: ({ book }, params) => {
    const since = Number(params.get('since') ?? 0);
    return { requests: book.requestsSince(since), calls: book.callsSince(since), counts: book.counts() };
  },
  handsets: ({ book }, params) => {
    const phone = digits(params.get('phone') ?? undefined);
    return { handsets: book.handsets().filter((it) => phone === undefined || it.phone === phone) };
  },
  doubles: ({ book }) => ({ doubles: book.doubles.list() }),
  rates: ({ book }, params) => {
    return { rates: book.rates.list(params.get('wire') ?? undefined, params.get('login') ?? undefined) };
  },
  accounts: ({ accounts }) => ({ accounts: accounts.list() }),
  faults: ({ faults }) => ({ magic: FAULTS, programmed: faults.programmed }),
  waiting: (simulation) => ({ waiting: simulation.waiting }),
};

const WRITES: Record<string, (simulation: Simulation, input: Input) => unknown> = {
  accounts: ({ accounts }, input) => accounts.set(input.wire().name, input.string('login'), settingsFrom(input)),
  inbound: (simulation, input) => {
    const from = digits(input.string('from')) ?? input.fail('from', 'a phone');
    const sms = { from, to: input.optionalString('to'), text: input.string('text') };
    return simulation.receive(input.wire(), input.string('login'), sms);
  },
  report: (simulation, input) => {
    const sms = { login: input.string('login'), id: input.string('id'), phone: digits(input.optionalString('phone')) };
    const status = input.among('status', ['delivered', 'undelivered', 'expired', 'rejected', 'sent'] as const);
    return simulation.report(input.wire(), sms, status satisfies Status, input.count('times') ?? 1);
  },
  reset: (simulation, input) => {
    simulation.reset(input.boolean('keepAccounts') ?? false);
    return { reset: true };
  },
  fault: ({ faults }, input) => {
    const fault = input.string('fault');
    if (!isFault(fault)) return input.fail('fault', `one of ${FAULTS.map((it) => it.fault).join(', ')}`);
    faults.program({
      wire: input.has('wire') ? input.wire().name : undefined,
      login: input.optionalString('login'),
      phone: digits(input.optionalString('phone')),
      call: input.has('call')
        ? input.among('call', ['send', 'price', 'status', 'balance', 'inbound'] as const)
        : 'send',
      fault,
      times: input.count('times') ?? 1,
    });
    return { programmed: faults.programmed };
  },
  'hold-reports': (simulation, input) => {
    const hold = input.boolean('hold') ?? input.fail('hold', 'a boolean');
    simulation.holdReports(hold);
    return { hold };
  },
};

function settingsFrom(input: Input): Partial<AccountSettings> {
  const hooks = input.optionalObject('hooks');
  const basic = input.optionalObject('hookBasic');
  const all: Partial<AccountSettings> = {
    password: input.optionalString('password'),
    hooks: hooks && changed(hooks, { reports: hooks.optionalUrl('reports'), inbound: hooks.optionalUrl('inbound') }),
    balance: input.optionalNumber('balance'),
    revoked: input.boolean('revoked'),
    reportDelayMs: input.count('reportDelayMs'),
    answerDelayMs: input.count('answerDelayMs'),
    reportBatchMs: input.count('reportBatchMs'),
    reportShape: input.has('reportShape') ? input.among('reportShape', ['v2', 'v3'] as const) : undefined,
    hookBasic: basic && { user: basic.string('user'), password: basic.string('password') },
    hookSecret: input.optionalString('hookSecret'),
    statusLimits: input.boolean('statusLimits'),
    duplicateWindowMs: input.count('duplicateWindowMs'),
    errorShape: input.has('errorShape') ? input.among('errorShape', ['hyphen', 'underscore'] as const) : undefined,
    unusual: input.boolean('unusual'),
    keywords: input.optionalStrings('keywords'),
    options: input.optionalObject('options')?.plain('options'),
  };
  return changed(input, all);
}

/** Only what is given; null takes an optional setting away. */
function changed<T extends object>(input: Input, all: T): Partial<T> {
  const values: Partial<T> = { ...all };
  for (const key of Object.keys(all) as (keyof T & string)[]) {
    if (all[key] === undefined && !(input.isNull(key) && OPTIONAL.has(key))) delete values[key];
  }
  return values;
}

const OPTIONAL = new Set(['password', 'balance', 'reportDelayMs', 'hookBasic', 'hookSecret', 'reports', 'inbound']);

/** Typed look at a JSON body; throws `BadInput` with the name of the field. */
class Input {
  #values: Record<string, unknown>;
  #nulls: Set<string>;

  constructor(body: unknown) {
    if (!isRecord(body)) throw new BadInput('the body must be a JSON object');
    const entries = Object.entries(body);
    this.#values = Object.fromEntries(entries.filter(([, value]) => value !== null));
    this.#nulls = new Set(entries.filter(([, value]) => value === null).map(([name]) => name));
  }

  isNull(name: string): boolean {
    return this.#nulls.has(name);
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  wire(): Wire {
    return wireOf(this.#values.wire) ?? this.fail('wire', 'the name of a simulated wire');
  }

  string(name: string): string {
    return this.optionalString(name) ?? this.fail(name, 'a string');
  }

  optionalString(name: string): string | undefined {
    const value = this.#values[name];
    return value === undefined || typeof value === 'string' ? value : this.fail(name, 'a string');
  }

  optionalStrings(name: string): string[] | undefined {
    const value = this.#values[name];
    if (value === undefined) return undefined;
    const isList = Array.isArray(value) && value.every((it) => typeof it === 'string');
    return isList ? value : this.fail(name, 'a list of strings');
  }

  optionalUrl(name: string): string | undefined {
    const value = this.optionalString(name);
    return value === undefined || /^https?:\/\//.test(value) ? value : this.fail(name, 'an http(s) URL');
  }

  optionalNumber(name: string): number | undefined {
    const value = this.#values[name];
    return value === undefined || (typeof value === 'number' && !Number.isNaN(value))
      ? value
      : this.fail(name, 'a number');
  }

  /** A whole number from 0. */
  count(name: string): number | undefined {
    const value = this.optionalNumber(name);
    return value === undefined || (Number.isInteger(value) && value >= 0) ? value : this.fail(name, 'a whole number');
  }

  boolean(name: string): boolean | undefined {
    const value = this.#values[name];
    return value === undefined || typeof value === 'boolean' ? value : this.fail(name, 'a boolean');
  }

  among<T extends string>(name: string, values: readonly T[]): T {
    return values.find((it) => it === this.#values[name]) ?? this.fail(name, `one of ${values.join(', ')}`);
  }

  optionalObject(name: string): Input | undefined {
    const value = this.#values[name];
    return value === undefined ? undefined : isRecord(value) ? new Input(value) : this.fail(name, 'an object');
  }

  /** All of it, if there is nothing but strings, numbers and booleans. */
  plain(name: string): Record<string, string | number | boolean> {
    const entries = Object.entries(this.#values);
    const isPlain = (entry: [string, unknown]): entry is [string, string | number | boolean] =>
      ['string', 'number', 'boolean'].includes(typeof entry[1]);
    return entries.every(isPlain) ? Object.fromEntries(entries) : this.fail(name, 'of strings, numbers and booleans');
  }

  fail(name: string, wanted: string): never {
    throw new BadInput(`${name} must be ${wanted}`);
  }
}

class BadInput extends Error {}

const digits = (phone: string | undefined) => (phone === undefined ? undefined : phone.replace(/\D/g, '') || undefined);

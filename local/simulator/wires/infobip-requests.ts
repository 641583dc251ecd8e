/** Reads the bodies of Infobip's two send calls into one form, with all violations found. */
import { isRecord } from './answers.ts';

export interface SendBody {
  bulkId?: string;
  /** Milliseconds from now. */
  delayMs?: number;
  withCount: boolean;
  wanted: Wanted[];
}

/** One destination of one message. */
export interface Wanted {
  to: string;
  messageId?: string;
  sender?: string;
  text: string;
  url?: string;
  intermediate: boolean;
  notify: boolean;
  delayMs?: number;
  /** Echoed in reports. */
  echo: Record<string, string>;
}

export interface Violation {
  property: string;
  violation: string;
}

export type ReadBody = { body: SendBody } | { violations: Violation[] };

export function readV3(body: unknown): ReadBody {
  const top = new Fields(body);
  const options = top.object('options');
  const schedule = options.object('schedule');
  const bulkId = schedule.string('bulkId', { max: 100 });
  const delayMs = schedule.date('sendAt');
  const wanted = top.list('messages').flatMap((message) => {
    const content = message.object('content', { required: true });
    const text = content.string('text', { required: true });
    content.string('transliteration', { among: TRANSLITERATIONS });
    content.object('language').string('languageCode', { among: LANGUAGES });
    const messageOptions = message.object('options');
    const validity = messageOptions.object('validityPeriod');
    const unit = validity.string('timeUnit', { among: Object.keys(SECONDS) });
    validity.number('amount', { min: 1, max: LONGEST_VALIDITY_S / (SECONDS[unit ?? 'MINUTES'] ?? 1) });
    messageOptions.boolean('flash');
    const platform = messageOptions.object('platform');
    const webhooks = message.object('webhooks');
    const delivery = webhooks.object('delivery');
    webhooks.string('contentType', { among: CONTENT_TYPES });
    const echo = {
      callbackData: webhooks.string('callbackData', { max: 4000 }),
      campaignReferenceId: messageOptions.string('campaignReferenceId', { max: 255 }),
      entityId: platform.string('entityId', { max: 255 }),
      applicationId: platform.string('applicationId', { max: 255 }),
    };
    const common = {
      sender: message.string('sender'),
      url: delivery.url('url'),
      text: text ?? '',
      intermediate: delivery.boolean('intermediateReport') ?? false,
      notify: delivery.boolean('notify') ?? true,
      echo: strings(echo),
    };
    return message.list('destinations').map((destination) => ({
      ...common,
      to: destination.string('to', { required: true, max: 64 }) ?? '',
      messageId: destination.string('messageId', { max: 200 }),
    }));
  });
  const withCount = options.boolean('includeSmsCountInResponse') ?? false;
  return top.finish({ bulkId, delayMs, withCount, wanted });
}

/** Too long ids are cut off here, not refused. */
export function readV2(body: unknown): ReadBody {
  const top = new Fields(body);
  const bulkId = top.string('bulkId')?.slice(0, 100);
  const wanted = top.list('messages').flatMap((message) => {
    const text = message.string('text', { required: true });
    message.string('transliteration', { among: TRANSLITERATIONS });
    message.object('language').string('languageCode', { among: LANGUAGES });
    message.number('validityPeriod', { min: 1, max: LONGEST_VALIDITY_S / 60 });
    message.boolean('flash');
    message.string('notifyContentType', { among: CONTENT_TYPES });
    const common = {
      sender: message.string('from'),
      url: message.url('notifyUrl'),
      delayMs: message.date('sendAt'),
      text: text ?? '',
      intermediate: message.boolean('intermediateReport') ?? false,
      notify: message.boolean('notify') ?? true,
      echo: strings({ callbackData: message.string('callbackData', { max: 4000 }) }),
    };
    return message.list('destinations').map((destination) => ({
      ...common,
      to: destination.string('to', { required: true, max: 64 }) ?? '',
      messageId: destination.string('messageId')?.slice(0, 200),
    }));
  });
  const withCount = top.boolean('includeSmsCountInResponse') ?? false;
  return top.finish({ bulkId, withCount, wanted });
}

/** Typed look at one JSON object; notes every violation under its full property path. */
class Fields {
  #values: Record<string, unknown>;
  #path: string;
  #violations: Violation[];

  constructor(value: unknown, path = '', violations: Violation[] = []) {
    this.#path = path;
    this.#violations = violations;
    this.#values = isRecord(value) ? value : {};
    if (value !== undefined && !isRecord(value)) this.#note('', 'must be an object');
  }

  finish(body: SendBody): ReadBody {
    return this.#violations.length > 0 ? { violations: this.#violations } : { body };
  }

  object(key: string, rule: { required?: boolean } = {}): Fields {
    const value = this.#values[key] ?? undefined;
    if (value === undefined && rule.required) this.#note(key, 'must not be null');
    return new Fields(value, this.#name(key), this.#violations);
  }

  /** A required list of at least one object. */
  list(key: string): Fields[] {
    const value = this.#values[key];
    if (Array.isArray(value) && value.length > 0) {
      return value.map((it, i) => new Fields(it ?? 'null', `${this.#name(key)}[${i}]`, this.#violations));
    }
    this.#note(key, 'must not be empty');
    return [];
  }

  string(key: string, rule: { required?: boolean; max?: number; among?: readonly string[] } = {}): string | undefined {
    const value = this.#values[key] ?? undefined;
    if (value === undefined) {
      if (rule.required) this.#note(key, 'must not be null');
      return undefined;
    }
    if (typeof value !== 'string') return this.#note(key, 'must be a string');
    if (rule.max !== undefined && value.length > rule.max) this.#note(key, `size must be at most ${rule.max}`);
    if (rule.among && !rule.among.includes(value)) this.#note(key, `must be one of ${rule.among.join(', ')}`);
    return value;
  }

  number(key: string, rule: { min: number; max: number }): void {
    const value = this.#values[key] ?? undefined;
    if (value === undefined) return;
    const fits = typeof value === 'number' && Number.isInteger(value) && value >= rule.min && value <= rule.max;
    if (!fits) this.#note(key, `must be a whole number between ${rule.min} and ${rule.max}`);
  }

  boolean(key: string): boolean | undefined {
    const value = this.#values[key] ?? undefined;
    if (value === undefined || typeof value === 'boolean') return value;
    return this.#note(key, 'must be a boolean');
  }

  url(key: string): string | undefined {
    const value = this.string(key);
    if (value !== undefined && !/^https?:\/\/\S+$/i.test(value)) this.#note(key, 'must be a valid URL');
    return value;
  }

  /** Milliseconds from now until the moment, 0 if it is over. */
  date(key: string): number | undefined {
    const value = this.string(key);
    if (value === undefined) return undefined;
    const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4}$/.test(value)
      ? Date.parse(`${value.slice(0, -2)}:${value.slice(-2)}`)
      : Number.NaN;
    if (Number.isNaN(at)) return this.#note(key, "must be of the form yyyy-MM-dd'T'HH:mm:ss.SSSZ");
    const wait = at - Date.now();
    if (wait > LONGEST_SCHEDULE_MS) this.#note(key, 'must be within 180 days');
    return Math.max(0, wait);
  }

  #name(key: string): string {
    return this.#path === '' || key === '' ? `${this.#path}${key}` : `${this.#path}.${key}`;
  }

  #note(key: string, violation: string): undefined {
    this.#violations.push({ property: this.#name(key), violation });
  }
}

function strings(values: Record<string, string | undefined>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [key, value] of Object.entries(values)) if (value !== undefined) found[key] = value;
  return found;
}

const SECONDS: Record<string, number> = { SECONDS: 1, MINUTES: 60, HOURS: 3600 };
const LONGEST_VALIDITY_S = 48 * 3600;
const LONGEST_SCHEDULE_MS = 180 * 24 * 3600 * 1000;
const LANGUAGES = ['NONE', 'TR', 'ES', 'PT', 'AUTODETECT'];
/** XML is the gateway's other choice; this simulator reports in JSON only, and says so rather than to deceive. */
const CONTENT_TYPES = ['application/json'];
const TRANSLITERATIONS = [
  'NONE',
  'TURKISH',
  'GREEK',
  'CYRILLIC',
  'SERBIAN_CYRILLIC',
  'BULGARIAN_CYRILLIC',
  'CENTRAL_EUROPEAN',
  'BALTIC',
  'PORTUGUESE',
  'COLOMBIAN',
  'NON_UNICODE',
  'ALL',
];

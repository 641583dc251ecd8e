/**
 * Takes secrets out of text that is kept as evidence: passwords, keys, phones and message texts, also where a gateway
 * echoes them URL-, form-, JSON- or XML-escaped, in base64 (`login:password`) or in hex.
 */
const MASK = '***';

/** Shorter ones are masked only as a whole `=value`: a password "1" must not turn every "1" into stars. */
const SHORTEST = 4;

/** [from, to) in the text it was found in. */
type Range = [number, number];

export type Mask = (text: string) => string;

/** Never throws; what cannot be masked is dropped. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  return maskOf(secrets)(text);
}

/** The same for several texts. */
export function maskOf(secrets: readonly string[]): Mask {
  const hidden = [...new Set(secrets)].filter((secret) => typeof secret === 'string' && secret !== '').map(hide);
  return (text) => {
    try {
      return hidden.length === 0 ? text : maskAll(text, hidden);
    } catch {
      return MASK;
    }
  };
}

function maskAll(text: string, hidden: Hidden[]): string {
  const inView = (left: string, view: View) => maskIn(view, left, hidden);
  // URLs come first, so that the %2B of a phone goes with it.
  const masked = urlViews(text).reduce(inView, text);
  return otherViews(text).reduce(inView, cutOut(masked, find(hidden, masked)));
}

/** How an escaped writing is turned back into what it stands for. */
interface View {
  escaped: RegExp;
  read(run: string): string;
}

function urlViews(text: string): View[] {
  if (!text.includes('%')) return [];
  return [utf8, cyrillic].map((charset) => ({
    escaped: /(?:%[0-9a-f]{2})+/gi,
    read: (run) => charset.decode(percentBytes(run)),
  }));
}

function otherViews(text: string): View[] {
  const views: View[] = [];
  if (text.includes('+')) {
    for (const charset of [utf8, cyrillic]) {
      const read = (run: string) => (run === '+' ? ' ' : charset.decode(percentBytes(run)));
      views.push({ escaped: /(?:%[0-9a-f]{2})+|\+/gi, read });
    }
  }
  if (text.includes('\\')) {
    const read = (run: string) => String(JSON.parse(`"${run}"`));
    views.push({ escaped: /(?:\\u[0-9a-fA-F]{4})+|\\["\\/bfnrt]/g, read });
  }
  if (text.includes('&')) {
    views.push({ escaped: /(?:&(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-f]{1,6});)+/gi, read: readEntities });
  }
  return views;
}

const utf8 = new TextDecoder('utf-8');
const cyrillic = new TextDecoder('windows-1251');

function percentBytes(run: string): Uint8Array {
  return Buffer.from(run.replaceAll('%', ''), 'hex');
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function readEntities(run: string): string {
  return run.replace(/&(#x?)?([^;]+);/gi, (all, number: string | undefined, word: string) => {
    if (number === undefined) return ENTITIES[word.toLowerCase()] ?? all;
    const code = Number.parseInt(word, number === '#' ? 10 : 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

function maskIn(view: View, text: string, hidden: Hidden[]): string {
  let plain = '';
  /** Where in the text each unit of the plain reading came from. */
  const from: number[] = [];
  const to: number[] = [];
  let end = 0;
  const copyUntil = (next: number) => {
    for (let i = end; i < next; i++) {
      from.push(i);
      to.push(i + 1);
    }
    plain += text.slice(end, next);
    end = next;
  };
  for (const { index, 0: run } of text.matchAll(view.escaped)) {
    copyUntil(index);
    end += run.length;
    const piece = view.read(run);
    for (let i = 0; i < piece.length; i++) {
      from.push(index);
      to.push(end);
    }
    plain += piece;
  }
  if (end === 0) return text;
  copyUntil(text.length);
  const ranges = find(hidden, plain).map(([start, stop]): Range => [from[start] ?? 0, to[stop - 1] ?? text.length]);
  return cutOut(text, ranges);
}

function cutOut(text: string, ranges: Range[]): string {
  let masked = '';
  let end = 0;
  for (const [from, to] of ranges.sort((one, other) => one[0] - other[0])) {
    if (from >= end) masked += text.slice(end, from) + MASK;
    end = Math.max(end, to);
  }
  return masked + text.slice(end);
}

/** A secret with all that is needed to find it. */
interface Hidden {
  secret: string;
  bytes: Buffer[];
  /** Its national part, grouped or not. */
  phone?: RegExp;
}

function hide(secret: string): Hidden {
  const bytes = [Buffer.from(secret, 'utf8'), Buffer.from(secret, 'utf16le').swap16()];
  if (!/^\+?\d{7,15}$/.test(secret)) return { secret, bytes };
  // The national part is enough to know a phone, however it is prefixed and grouped.
  const tail = [...secret.slice(-9).replace('+', '')].join('[\\s().-]{0,2}');
  return { secret, bytes, phone: new RegExp(tail, 'g') };
}

function find(hidden: Hidden[], text: string): Range[] {
  const long = hidden.filter(({ secret }) => secret.length >= SHORTEST);
  const short = hidden.filter(({ secret }) => secret.length < SHORTEST);
  return [
    ...long.flatMap(({ secret }) => findPlain(secret, text)),
    ...long.flatMap(({ phone }) => (phone ? findPhone(phone, text) : [])),
    ...findPacked(long, text),
    ...short.flatMap(({ secret }) => findValue(secret, text)),
  ];
}

function findPlain(secret: string, text: string): Range[] {
  const ranges: Range[] = [];
  for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) {
    ranges.push([at, at + secret.length]);
  }
  // Where the text was cut, it may end with the beginning of a secret.
  for (let length = Math.min(secret.length - 1, text.length); length >= SHORTEST; length--) {
    if (text.endsWith(secret.slice(0, length))) return [...ranges, [text.length - length, text.length]];
  }
  return ranges;
}

function findValue(secret: string, text: string): Range[] {
  const ranges: Range[] = [];
  for (let at = text.indexOf(`=${secret}`); at >= 0; at = text.indexOf(`=${secret}`, at + 1)) {
    const end = at + 1 + secret.length;
    if (end === text.length || /[&;,\s"'<]/.test(text.charAt(end))) ranges.push([at + 1, end]);
  }
  return ranges;
}

/** What stands before the national part is looked at only where there is one: most texts have none. */
function findPhone(phone: RegExp, text: string): Range[] {
  return [...text.matchAll(phone)].map(({ index, 0: match }) => {
    const before = text.slice(Math.max(0, index - LONGEST_PREFIX), index);
    return [index - (PREFIX.exec(before)?.[0].length ?? 0), index + match.length];
  });
}

const PREFIX = /\+?(?:\d[\s().-]{0,2}){0,6}$/;
const LONGEST_PREFIX = 19;

/** Words in base64 or hex that contain a secret, as in an echoed Authorization header. */
function findPacked(hidden: Hidden[], text: string): Range[] {
  const shortest = Math.min(...hidden.map(({ secret }) => secret.length));
  const needles = hidden.flatMap(({ bytes }) => bytes);
  const ranges: Range[] = [];
  for (const { index, 0: word } of text.matchAll(/[\w+/-]{6,}={0,2}/g)) {
    if (word.length * 3 < shortest * 4) continue;
    // What stands before the packed word, such as a slash, may be taken for a part of it.
    const unpacked = [0, 1, 2, 3].map((skip) => Buffer.from(word.slice(skip), 'base64'));
    if (/^[0-9a-f]+$/i.test(word)) unpacked.push(Buffer.from(word, 'hex'));
    if (unpacked.some((packed) => needles.some((needle) => packed.includes(needle)))) {
      ranges.push([index, index + word.length]);
    }
  }
  return ranges;
}

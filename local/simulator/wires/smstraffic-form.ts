/** SMS Traffic's form parameters: UTF-8 with `rus=5`, windows-1251 otherwise. */
import iconv from 'iconv-lite';
import type { Call } from '../model.ts';

export interface Form {
  get(name: string): string | undefined;
  has(name: string): boolean;
  /** Size of the value as it came. */
  bytes(name: string): number;
}

/** A GET has them in the query, a POST in the body. */
export function readForm(call: Pick<Call, 'method' | 'query' | 'headers' | 'body'>): Form {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(call.headers['content-type'] ?? '');
  const pairs = pairsOf(call.method === 'GET' ? call.query : isForm ? call.body.toString('latin1') : '');
  const charset = pairs.get('rus')?.toString('latin1') === '5' ? 'utf-8' : 'windows-1251';
  const values = new Map([...pairs].map(([name, bytes]) => [name, iconv.decode(bytes, charset, { stripBOM: false })]));
  return {
    get: (name) => values.get(name),
    has: (name) => values.has(name),
    bytes: (name) => pairs.get(name)?.length ?? 0,
  };
}

/** In windows-1251 unless it is to be `utf-8`; a space becomes a plus. */
export function percentEncoded(text: string, charset: string): string {
  return [...iconv.encode(text, charset === 'utf-8' ? charset : 'windows-1251')]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      if (/[A-Za-z0-9_.-]/.test(char)) return char;
      return char === ' ' ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

/** Bytes, not text: which letters they are is for the charset to say. */
function pairsOf(encoded: string): Map<string, Buffer> {
  const pairs = new Map<string, Buffer>();
  for (const part of encoded.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = equals < 0 ? part : part.slice(0, equals);
    pairs.set(bytesOf(name).toString('latin1'), bytesOf(equals < 0 ? '' : part.slice(equals + 1)));
  }
  return pairs;
}

function bytesOf(encoded: string): Buffer {
  const plain = encoded.replaceAll('+', ' ');
  return Buffer.from(
    plain.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}

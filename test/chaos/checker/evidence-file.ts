/** Writes down all evidence as JSON, element by element: that of a long run is longer than a string may be. */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Evidence } from '../model.ts';

const AT_ONCE = 256 * 1024;

/** One line for each element of a list, so that a search finds whole ones. */
export function writeEvidence(file: string, evidence: Evidence): void {
  const to = openSync(file, 'w', 0o600);
  let waiting = '';
  const write = (text: string) => {
    waiting += text;
    if (waiting.length > AT_ONCE) flush();
  };
  const flush = () => {
    let bytes: Uint8Array = Buffer.from(waiting);
    while (bytes.length > 0) bytes = bytes.subarray(writeSync(to, bytes));
    waiting = '';
  };
  try {
    writeValue(evidence, write);
    write('\n');
    flush();
  } finally {
    closeSync(to);
  }
}

/** Lists go line by line, and what holds lists part by part. */
function writeValue(value: unknown, write: (text: string) => void): void {
  if (Array.isArray(value)) {
    write('[');
    for (const [i, one] of value.entries()) write(`${i > 0 ? ',' : ''}\n${JSON.stringify(one, plain)}`);
    write(']');
  } else if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    write('{');
    for (const [i, [name, its]] of Object.entries(value).entries()) {
      write(`${i > 0 ? ',\n' : ''}${JSON.stringify(name)}:`);
      writeValue(its, write);
    }
    write('}');
  } else {
    write(JSON.stringify(value, plain));
  }
}

const plain = (_: string, value: unknown) => (typeof value === 'bigint' ? Number(value) : value);

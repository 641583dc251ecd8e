/** What API and workers logged of messages, line by line: the logs of a long run are too long to hold. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Evidence, Parts } from '../model.ts';

type Line = Evidence['logs'][number];

export async function readLogs(parts: Pick<Parts, 'names' | 'logFiles'>): Promise<Line[]> {
  const ours = parts.names().filter((name) => name === 'api' || name.startsWith('worker-'));
  const kept: Line[] = [];
  for (const file of ours.flatMap((name) => parts.logFiles(name))) {
    for await (const line of createInterface({ input: createReadStream(file, 'utf8') })) kept.push(...ofInterest(line));
  }
  return kept;
}

const WORSE = new Set(['warn', 'error', 'fatal']);

/** Warnings and worse that name a message. A line that is not whole was being written when its process was killed. */
export function ofInterest(line: string): Line[] {
  if (!line.startsWith('{') || !line.endsWith('}') || !line.includes('"messageId"')) return [];
  try {
    const parsed = JSON.parse(line) as Line;
    return WORSE.has(String(parsed.level)) ? [parsed] : [];
  } catch {
    return [];
  }
}

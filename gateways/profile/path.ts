/**
 * Paths into what was read of a body: `messages[0].id`, `items[*].state`, `reply.info."message-id"`. Names count as in
 * gateways/read.ts, in any case and with or without hyphens, and attributes of XML are `@name`.
 */
import { fieldOf, listOf } from '../read.ts';

type Step = { name: string } | { index: number } | 'all';

/** Undefined where it is no path. */
export function pathSteps(path: string): Step[] | undefined {
  if (path.length > 500) return undefined;
  const steps: Step[] = [];
  let rest = path;
  while (rest !== '') {
    const match = STEP.exec(rest);
    if (!match) return undefined;
    const [whole, quoted, plain, index] = match;
    if (index === undefined && steps.length > 0 !== whole.startsWith('.')) return undefined;
    if (index === '*') steps.push('all');
    else if (index !== undefined) steps.push({ index: Number(index) });
    else steps.push({ name: quoted ?? plain ?? '' });
    rest = rest.slice(whole.length);
  }
  return steps.length > 0 ? steps : undefined;
}

/** Every value that the path leads to. What is single where a list is usual counts as a list of one. */
export function valuesAt(value: unknown, path: string): unknown[] {
  let held: unknown[] = [value];
  for (const step of pathSteps(path) ?? []) {
    held = held.flatMap((one) => {
      if (step === 'all') return listOf(one);
      if ('index' in step) return listOf(one).slice(step.index, step.index + 1);
      return [fieldOf(one, step.name)].filter((field) => field !== undefined);
    });
  }
  return held;
}

const STEP = /^\.?(?:"([^"]+)"|([^."[\]\s]+))|^\[(\d{1,6}|\*)\]/;

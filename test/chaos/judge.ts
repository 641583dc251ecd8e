/** Collects all evidence of a run, and says which promises were kept. */
import { join } from 'node:path';
import { type CollectedParts, collect, type Run } from './checker/collect.ts';
import { writeEvidence } from './checker/evidence-file.ts';
import { check } from './checker/index.ts';
import { table, timeline } from './checker/report.ts';
import { writePast } from './past.ts';

const TOLD = 10;

interface JudgeOptions {
  seed: string;
  folder: string | undefined;
  workflowBundle: { codePath: string };
  say: (text: string) => void;
}

/**
 * Prints the table, and the timelines of messages that broke a promise.
 * @param folder keeps the evidence as JSON, and what a run that goes on from this one needs, where there is one
 * @param workflowBundle of the workflows of today
 * @returns the promises that were broken, and those that nothing was seen of
 */
export async function judge(
  parts: CollectedParts,
  run: Run,
  { seed, folder, workflowBundle, say }: JudgeOptions,
): Promise<string[]> {
  say('Collecting the evidence …');
  const evidence = await collect(parts, run, { seed, workflowBundle });
  if (folder !== undefined) {
    writeEvidence(join(folder, 'evidence.json'), evidence);
    writePast(folder, evidence);
  }
  const verdicts = check(evidence);
  say(`\n${table(verdicts)}\n`);
  const ids = new Set(verdicts.flatMap(({ breaches }) => breaches.flatMap(({ messageId }) => messageId ?? [])));
  for (const id of [...ids].slice(0, TOLD)) say(`${timeline(evidence, id)}\n`);
  if (ids.size > TOLD) say(`… and ${ids.size - TOLD} more messages\n`);
  return verdicts.filter(({ outcome }) => outcome !== 'kept').map(({ invariant }) => invariant);
}

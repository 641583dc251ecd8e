import { readFile } from 'node:fs/promises';
import { workflowBundle as rightBundle } from '../../../workers/bundle.ts';

export * from '../../../workers/bundle.ts';

/** What failed three times will fail again. */
export const workflowBundle: typeof rightBundle = async () => {
  const bundle = await rightBundle();
  const code = 'code' in bundle ? bundle.code : await readFile(bundle.codePath, 'utf8');
  const [before, after, ...more] = code.split(SUBMIT_AGAIN);
  if (after === undefined || more.length > 0) throw new Error('the bundle has no retries of a submit');
  return { code: `${before}${SUBMIT_AGAIN} maximumAttempts: 3,${after}` };
};

const SUBMIT_AGAIN = "maximumInterval: '15m',";

import { readFile } from 'node:fs/promises';
import { workflowBundle as rightBundle } from '../../../workers/bundle.ts';

export * from '../../../workers/bundle.ts';

/** A delivery now rests for a moment before its first step. Old ones will do so too, when they are read again. */
export const workflowBundle: typeof rightBundle = async () => {
  const bundle = await rightBundle();
  const code = 'code' in bundle ? bundle.code : await readFile(bundle.codePath, 'utf8');
  const [before, after] = code.split(FIRST_STEP);
  // By the name that it has there: each module of the bundle has one of its own.
  const sleep = /\(0, ?[\w$]+\.sleep\)/.exec(after ?? '')?.[0];
  if (sleep === undefined || after === undefined) throw new Error('the bundle has no first step of a delivery');
  return { code: `${before}await ${sleep}(1);\n${FIRST_STEP}${after}` };
};

const FIRST_STEP = 'let standing = await lists.checkSuppressLists(ref(input));';

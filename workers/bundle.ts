import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleOption } from '@temporalio/worker';

/** Beside the built rooms only: what runs from the sources bundles them anew, so that it never runs old workflows. */
const BUILT = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));

export async function workflowBundle(): Promise<WorkflowBundleOption> {
  return existsSync(BUILT) ? { codePath: BUILT } : await bundleWorkflows();
}

export async function bundleWorkflows(): Promise<{ code: string }> {
  const index = new URL(`../workflows/index${extname(import.meta.url)}`, import.meta.url);
  return await bundleWorkflowCode({ workflowsPath: fileURLToPath(index), logger: new DefaultLogger('WARN') });
}

/** The rooms as plain JavaScript with their workflow bundle and the admin pages, made once: a process starts so in a third of the time. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildPages } from './web.ts';

/** Inside the checkout, where the packages are found. @returns the folder, which the caller removes */
export function builtFolder(root: string): string {
  mkdirSync(join(root, '.data'), { recursive: true });
  return mkdtempSync(join(root, '.data', 'built-'));
}

/** @throws where it cannot be built; the types are checked elsewhere */
export async function build(root: string, folder: string): Promise<void> {
  await buildRooms(root, folder);
  await buildPages(root, join(folder, 'web'));
}

/** Without the admin pages. @param project what is built, from the root: more than the rooms where a program wants it */
export async function buildRooms(root: string, folder: string, project = 'tsconfig.build.json'): Promise<void> {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const args = [tsc, '--project', project, '--noCheck', '--outDir', folder];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the rooms could not be built: ${stdout}`);
  const { bundleWorkflows } = await import(pathToFileURL(join(folder, 'workers/bundle.js')).href);
  const { code } = await bundleWorkflows();
  writeFileSync(join(folder, 'workflow-bundle.js'), code);
}

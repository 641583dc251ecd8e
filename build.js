/**
 * `npm run build`: the rooms as plain JavaScript, their migrations, the workflow bundle and the admin pages, in dist/.
 * `--unchecked` leaves out the check of the types, which takes most of the time, where it has been made before.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
/** Every workflow thread of a worker holds the bundle; a larger one means that something strayed into it. */
const MOST_BUNDLE_BYTES = 2 * 1024 * 1024;

rmSync(dist, { recursive: true, force: true });
if (!process.argv.includes('--unchecked')) {
  tsc('--noEmit');
  tsc('--noEmit', '--project', 'web');
}
tsc('--project', 'tsconfig.build.json');
cpSync(join(root, 'db/migrations'), join(dist, 'db/migrations'), { recursive: true });
await buildPages();
const bytes = await bundle();
process.stdout.write(`Built dist/ with a workflow bundle of ${Math.round(bytes / 1024)} KiB.\n`);

function tsc(...args) {
  const program = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [program, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

async function buildPages() {
  const { build } = await import('vite');
  await build({ configFile: join(root, 'web/vite.config.ts'), logLevel: 'warn' });
}

async function bundle() {
  const { bundleWorkflows } = await import('./dist/workers/bundle.js');
  const { code } = await bundleWorkflows();
  const path = join(dist, 'workflow-bundle.js');
  writeFileSync(path, code);
  const { size } = statSync(path);
  if (size > MOST_BUNDLE_BYTES) {
    process.stderr.write(`The workflow bundle has ${size} bytes, and ${MOST_BUNDLE_BYTES} is the most.\n`);
    process.exit(1);
  }
  return size;
}

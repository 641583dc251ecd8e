/** `npm run build`: the rooms as plain JavaScript, their migrations and the workflow bundle, in dist/. */
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
compile();
cpSync(join(root, 'db/migrations'), join(dist, 'db/migrations'), { recursive: true });
const bytes = await bundle();
process.stdout.write(`Built dist/ with a workflow bundle of ${Math.round(bytes / 1024)} KiB.\n`);

/** Each file by itself: types are checked by `npm run typecheck`, and here would take most of the time. */
function compile() {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
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

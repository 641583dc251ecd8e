/** The admin pages, built for a start from the sources. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What they are made of. */
const SOURCES = ['web', 'api/schemas', 'sms', 'package-lock.json'];
/** In the folder of the built pages: what they were made of. */
const STAMP = 'built-from';

/**
 * Builds the pages where `folder` does not hold those of the sources as they are now.
 * @throws where they cannot be built
 */
export async function keepPagesBuilt(clone: string, folder: string, say: (text: string) => void): Promise<void> {
  const now = stampOf(clone);
  if (existsSync(join(folder, STAMP)) && readFileSync(join(folder, STAMP), 'utf8') === now) return;
  say('Building the admin pages …');
  // Beside it and then moved: whoever reads the folder meanwhile finds the old pages or the new ones.
  const made = mkdtempSync(join(dirname(folder), 'pages-'));
  try {
    await buildPages(clone, made);
    writeFileSync(join(made, STAMP), now);
    rmSync(folder, { recursive: true, force: true });
    renameSync(made, folder);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** @throws where they cannot be built */
export async function buildPages(clone: string, outDir: string): Promise<void> {
  // Only here: it takes long to load.
  const { build } = await import('vite');
  await build({ configFile: join(clone, 'web/vite.config.ts'), logLevel: 'error', build: { outDir } });
}

function stampOf(clone: string): string {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap((source) => filesIn(clone, source)).sort()) {
    const bytes = readFileSync(join(clone, file));
    hash.update(`${file}\0${bytes.length}\0`).update(bytes);
  }
  return `${hash.digest('hex')}\n`;
}

function filesIn(clone: string, source: string): string[] {
  if (source.includes('.')) return [source];
  const entries = readdirSync(join(clone, source), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(clone.length + 1));
}

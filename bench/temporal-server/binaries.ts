import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../local/run.ts';
import { cacheFolder, type FindOptions } from '../../local/temporal-binary.ts';

export interface ServerBinaries {
  server: string;
  /** Makes the tables. Knows the schema of its own version. */
  sqlTool: string;
}

/** That of docker-compose.yml, and of the development server in the CLI that we fetch. */
export const VERSION = '1.32.0';
const MODULE = 'go.temporal.io/server';
/** On a machine with other work; alone it takes a few minutes. */
const BUILT_WITHIN_MS = 60 * 60_000;

type BuildOptions = Pick<FindOptions, 'env' | 'dataDir' | 'say'>;

/**
 * Temporal's server and its temporal-sql-tool: found where an earlier run has left them, else built with Go, since
 * Temporal publishes them only as images.
 * @throws where there is no Go, or it cannot build them
 */
export async function serverBinaries(options: BuildOptions): Promise<ServerBinaries> {
  return builtServer(options) ?? (await build(options));
}

/** Undefined where they have not been built yet. */
export function builtServer(options: Pick<BuildOptions, 'env' | 'dataDir'>): ServerBinaries | undefined {
  const folder = folderIn(cacheFolder(options));
  return existsSync(folder) ? binariesIn(folder) : undefined;
}

/** Whole or not at all: a build that is cut short leaves nothing where the next run looks. */
async function build(options: BuildOptions): Promise<ServerBinaries> {
  const { env, say } = options;
  const cache = cacheFolder(options);
  await run('go', ['version'], { env, timeoutMs: 20_000 }).catch((error: Error) => {
    throw new Error(
      `a Temporal server with Postgres as its store is built with Go, which cannot be used (${error.message}): ` +
        'install Go (https://go.dev/doc/install) so that `go` is on PATH',
    );
  });
  say(`Building the Temporal server ${VERSION} with Go (takes minutes, once) …`);
  const unfinished = mkdtempSync(join(cache, 'unfinished-'));
  const cleanUp = () => rmSync(unfinished, { recursive: true, force: true });
  process.once('exit', cleanUp);
  try {
    const programs = ['cmd/server', 'cmd/tools/sql'].map((path) => `${MODULE}/${path}@v${VERSION}`);
    await run('go', ['install', ...programs], { env: { ...env, GOBIN: unfinished }, timeoutMs: BUILT_WITHIN_MS });
    if (!existsSync(folderIn(cache))) renameSync(unfinished, folderIn(cache));
    return binariesIn(folderIn(cache));
  } catch (error) {
    throw new Error(`Go could not build the Temporal server ${VERSION}: ${String(error)}`);
  } finally {
    cleanUp();
    process.removeListener('exit', cleanUp);
  }
}

function folderIn(cache: string): string {
  return join(cache, `temporal-server-${VERSION}`);
}

function binariesIn(folder: string): ServerBinaries {
  return { server: join(folder, 'server'), sqlTool: join(folder, 'sql') };
}

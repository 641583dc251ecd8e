import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from '../../local/lock.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'durable-sms-lock-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('the lock of a data folder', () => {
  it('keeps a second start out until the first gives it back', () => {
    const unlock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(`runs already with its data in ${folder} (process ${process.pid})`);
    unlock();
    lockFolder(folder)();
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });

  it('of a process that died does not count, even if another has its process id', () => {
    lockFolder(folder);
    const file = join(folder, 'lock');
    const dead = readFileSync(file, 'utf8').replace(/\n.*\n/, '\nan earlier process\n');
    writeFileSync(file, dead);
    const unlock = lockFolder(folder);
    expect(readFileSync(file, 'utf8')).not.toBe(dead);
    unlock();
  });
});

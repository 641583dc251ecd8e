/** The pictures of the admin pages: there is one of each page in both themes, and the pages of the docs show them. */
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ADDRESSES } from '../web/house/addresses.ts';
import { absolute, exists, filesIn, read } from './files.ts';

const FOLDER = 'docs/screenshots';
const MOST_BYTES = 3_000_000;

const shown = ADDRESSES.filter((address) => address.shown);
const wanted = shown.flatMap(({ name }) => ['light', 'dark'].map((theme) => `${name}-${theme}.webp`));
const again = 'to mend it: node --import tsx docs/screenshots.ts';

describe('the pictures', () => {
  it('are of each page, and of nothing else', () => {
    const paths = filesIn('web/pages', 'index.ts').flatMap((file) =>
      [...read(file).matchAll(/path: '([^']+)'/g)].map(([, path]) => path),
    );
    expect(paths.length).toBeGreaterThan(10);
    expect(shown.map(({ page }) => page)).toEqual(expect.arrayContaining(paths));
    expect(readdirSync(absolute(FOLDER)).sort(), again).toEqual(wanted.sort());
  });

  it('are small', () => {
    const sizes = wanted.map((name) => statSync(absolute(join(FOLDER, name))).size);
    expect(Math.min(...sizes)).toBeGreaterThan(5_000);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES);
  });
});

const picturesIn = (page: string) =>
  [...read(page).matchAll(/<source [^>]*srcset="([^"]+)">\s*<img [^>]*src="([^"]+)"/g)].map(
    ([, dark = '', light = '']) => [dark, light].map((path) => join(dirname(page), path)),
  );

describe.each(['README.md', 'docs/operating.md'])('%s', (page) => {
  it('shows them all, in the theme of who reads it', () => {
    const pictures = picturesIn(page);
    const files = pictures.flat();
    expect(files.filter((path) => !exists(path))).toEqual([]);
    expect(files.map((path) => path.slice(FOLDER.length + 1)).sort()).toEqual([...wanted].sort());
    expect(pictures.map(([dark]) => dark)).toEqual(pictures.map(([, light]) => light?.replace('-light', '-dark')));
    expect([...read(page).matchAll(/<img /g)]).toHaveLength(pictures.length);
  });
});

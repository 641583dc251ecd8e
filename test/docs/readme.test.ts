import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PAGES, withTables } from '../../docs/tables.ts';
import { exists, filesIn, read } from './files.ts';

const readme = read('README.md');

describe.each(Object.entries(PAGES))('%s', (page, tables) => {
  it('has the tables that the code makes', () => {
    expect(read(page), 'to mend it: node --import tsx docs/write-tables.ts').toBe(withTables(read(page), tables));
  });
});

describe('README.md', () => {
  it('names no route that is not there', () => {
    const named = [...readme.matchAll(/`((?:GET|POST|PUT|PATCH|DELETE) \/(?:v1|health)[^`]*)`/g)].map(
      ([, route]) => route,
    );
    expect(named.length).toBeGreaterThan(4);
    const table = read('docs/operating.md');
    expect(named.filter((route) => !table.includes(`\`${route}\``))).toEqual([]);
  });

  it('names scripts that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...readme.matchAll(/\bnpm (?:run ([\w:]+)|(start|test))/g)].map(
      ([, script, short]) => script ?? short,
    );
    expect(named.length).toBeGreaterThan(4);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
    expect(named, 'a script that README.md does not name').toEqual(expect.arrayContaining(Object.keys(scripts)));
  });
});

describe.each(['README.md', ...filesIn('docs', '.md')])('%s', (page) => {
  it('links to files that there are', () => {
    const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !exists(join(dirname(page), link)))).toEqual([]);
  });
});

/** docs/architecture.md against the code: the rooms with their arrows, and every name. */
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { absolute, exists, filesIn, ROOMS, read } from './files.ts';

const page = read('docs/architecture.md');

interface Rule {
  name: string;
  to: { pathNot?: string };
}

/** By the table of the page. */
const told = new Map(
  [...page.matchAll(/^\| `(\w+)\/` \|.*\| ([^|]+) \|$/gm)].map(([, room = '', rooms = '']) => [
    room,
    rooms === '–' ? [] : rooms.replace(/ \([^)]*\)/g, '').split(', '),
  ]),
);

describe('the rooms', () => {
  it('are those of the house', () => {
    expect([...told.keys()]).toEqual(ROOMS);
    expect(ROOMS.filter((room) => !exists(room))).toEqual([]);
  });

  it.each(ROOMS)('%s imports what the page and the lint step both allow', (room) => {
    const config = createRequire(import.meta.url)(absolute('.dependency-cruiser.cjs')) as { forbidden: Rule[] };
    const rule = config.forbidden.find(({ name }) => name === `${room}-imports`);
    const allowed = ROOMS.filter((other) => new RegExp(rule?.to.pathNot ?? 'none').test(`${other}/`));
    const toldRooms = told.get(room) ?? [];
    expect(allowed).toEqual(expect.arrayContaining(toldRooms));
    expect([room, ...toldRooms]).toEqual(expect.arrayContaining(importedBy(room)));
  });
});

function importedBy(room: string): string[] {
  const imports = filesIn(room, '.ts').flatMap((path) => [...read(path).matchAll(/from '(?:\.\.\/)+(\w+)\//g)]);
  return [...new Set(imports.map(([, other = '']) => other))].filter((other) => ROOMS.includes(other));
}

describe('the names', () => {
  const names = [...new Set([...page.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name))];
  const sources = ROOMS.flatMap((room) => [...filesIn(room, '.ts'), ...filesIn(room, '.sql')]).map(read);

  it('of files are there', () => {
    const paths = names.filter((name) => /^[\w./-]+\.(ts|sql|cjs|md)$/.test(name) || /^\w+\/$/.test(name));
    expect(paths.length).toBeGreaterThan(15);
    expect(paths.filter((path) => path !== 'dist/' && !exists(path))).toEqual([]);
  });

  it('of functions, tables and columns are in the code', () => {
    const words = names.filter((name) => /^[A-Za-z_]{2,}$/.test(name));
    expect(words.length).toBeGreaterThan(40);
    expect(words.filter((word) => !sources.some((source) => new RegExp(`\\b${word}\\b`).test(source)))).toEqual([]);
  });
});

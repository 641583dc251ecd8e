/** The Dockerfile and what gets into its context. */
import { describe, expect, it } from 'vitest';
import { builtSources, exists, read, sourceOf } from './files.ts';

/** Instructions, each on one line. */
const instructions = read('Dockerfile')
  .replace(/^#.*\n/gm, '')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter(Boolean)
  .map((line) => {
    const [, word = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    return { word, rest };
  });
const of = (word: string) => instructions.filter((one) => one.word === word).map(({ rest }) => rest);
const finalStage = instructions.slice(instructions.findLastIndex(({ word }) => word === 'FROM'));

/** What the build sees of the repository. */
const context = read('.dockerignore')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

describe('Dockerfile', () => {
  it('builds on one exact version of Node.js on Debian', () => {
    const images = of('FROM').map((from) => from.split(' ')[0]);
    expect(new Set(images).size).toBe(1);
    expect(images[0]).toMatch(/^node:\d+\.\d+\.\d+-bookworm-slim$/);
  });

  it('runs as an ordinary user, from the last of its files on', () => {
    const words = finalStage.map(({ word }) => word);
    expect(of('USER')).toEqual(['node']);
    expect(words.lastIndexOf('USER')).toBeGreaterThan(Math.max(words.lastIndexOf('COPY'), words.lastIndexOf('RUN')));
  });

  it('copies what there is', () => {
    const made = ['/app/node_modules', '/app/package.json', '/app/dist'];
    for (const copy of of('COPY')) {
      const paths = copy.split(' ').filter((part) => !part.startsWith('--'));
      const sources = paths.slice(0, -1);
      expect(sources.length).toBeGreaterThan(0);
      for (const source of sources) {
        if (copy.startsWith('--from=')) expect(made).toContain(source);
        else
          expect([source, exists(source), source === '.' || context.includes(`!${source}`)]).toEqual([
            source,
            true,
            true,
          ]);
      }
    }
  });

  it('starts a program that is built, and asks it for an address that it has', () => {
    const [command = ''] = of('CMD');
    const [, program = ''] = /"(dist\/[^"]+)"/.exec(command) ?? [];
    expect(sourceOf(program)).toBe('api/main.ts');
    const [, path = ''] = /127\.0\.0\.1:[^/]*(\/[\w/]+)`/.exec(of('HEALTHCHECK')[0] ?? '') ?? [];
    expect(read('api/routes/health.ts')).toContain(`path: '${path}'`);
  });
});

describe('.dockerignore', () => {
  const admitted = context.slice(1).map((line) => line.replace(/^!/, ''));

  it('lets in by name only', () => {
    expect(context[0]).toBe('*');
    expect(context.slice(1).filter((line) => !line.startsWith('!'))).toEqual([]);
    expect(admitted.filter((path) => !exists(path))).toEqual([]);
  });

  it('lets in all that is built', () => {
    expect(admitted).toEqual(
      expect.arrayContaining([...builtSources(), 'build.js', 'tsconfig.build.json', 'tsconfig.json']),
    );
  });
});

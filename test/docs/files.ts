/** Files of the repository, by their paths in it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** In the order of their arrows. */
export const ROOMS = [
  'sms',
  'gateways',
  'db',
  'runtime',
  'hooks',
  'workflows',
  'activities',
  'workers',
  'api',
  'web',
  'local',
  'bench',
];

export function absolute(path: string): string {
  return join(root, path);
}

export function exists(path: string): boolean {
  return existsSync(absolute(path));
}

export function read(path: string): string {
  return readFileSync(absolute(path), 'utf8');
}

/** Of a folder and those in it. */
export function filesIn(folder: string, ending: string): string[] {
  const names = readdirSync(absolute(folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith(ending)).map((name) => `${folder}/${name}`);
}

/** What `npm run build` compiles. */
export function builtSources(): string[] {
  return (JSON.parse(read('tsconfig.build.json')) as { include: string[] }).include;
}

/** The source of a program in dist/, if it is built. */
export function sourceOf(built: string): string | undefined {
  const source = built.replace(/^dist\//, '').replace(/\.js$/, '.ts');
  const isBuilt = builtSources().some((include) => source === include || source.startsWith(`${include}/`));
  return isBuilt && exists(source) ? source : undefined;
}

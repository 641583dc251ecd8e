/** Brings the tables that are made from the code up to date. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PAGES, withTables } from './tables.ts';

for (const [page, names] of Object.entries(PAGES)) {
  const path = fileURLToPath(new URL(`../${page}`, import.meta.url));
  writeFileSync(path, withTables(readFileSync(path, 'utf8'), names));
}

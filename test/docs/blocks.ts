/** Code blocks of a page, with the words behind their language. */
import { read } from './files.ts';

export interface Block {
  language: string;
  kind: string;
  text: string;
}

export function blocksOf(page: string): Block[] {
  return [...read(page).matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', kind = '', text = '']) => ({ language, kind, text }),
  );
}

/** The only one of its kind. */
export function blockOf(page: string, kind: string): string {
  const found = blocksOf(page).filter((block) => block.kind === kind);
  if (found.length !== 1) throw new Error(`${page} has ${found.length} blocks '${kind}'`);
  return found[0]?.text ?? '';
}

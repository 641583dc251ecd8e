/** All pages: each folder in web/pages tells its own. */
import type { SessionView } from '../../api/schemas/session.ts';
import { may } from '../api/session.ts';
import type { Page } from './page.ts';

const folders = import.meta.glob<{ pages: Page[] }>('../pages/*/index.ts', { eager: true });

export const PAGES: readonly Page[] = Object.values(folders)
  .flatMap(({ pages }) => pages)
  .sort((a, b) => (a.place ?? 0) - (b.place ?? 0));

/** Whether the one who is signed in may see the page. */
export function isFor({ scope, operators }: Page, session: SessionView): boolean {
  return (scope === 'any' || may(session, scope)) && !(operators && session.account !== null);
}

import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import type { SessionView } from '../../api/schemas/session.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { Loading } from '../parts/loading.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { isFor, PAGES } from './pages.ts';

/** What has a name of its own comes ahead of what has an id in its place: the first that fits is shown. */
const ROUTES = [...PAGES].sort((a, b) => Number(a.path.includes(':')) - Number(b.path.includes(':')));

export function Routes({ session }: { session: SessionView }) {
  const [location] = useLocation();
  const first = PAGES.find((page) => page.place !== undefined && isFor(page, session));
  return (
    <ErrorBoundary key={location}>
      <Suspense fallback={<Loading />}>
        <Switch>
          {ROUTES.map((page) => (
            <Route key={page.path} path={page.path}>
              {isFor(page, session) ? <page.component /> : <NotForThisKey />}
            </Route>
          ))}
          {first && first.path !== '/' && (
            <Route path="/">
              <Redirect to={first.path} replace />
            </Route>
          )}
          <Route>
            <NotFound />
          </Route>
        </Switch>
      </Suspense>
    </ErrorBoundary>
  );
}

function NotForThisKey() {
  const { t } = useTranslation();
  return (
    <PageFrame title={t('shell.forbidden.title')}>
      <EmptyState text={t('shell.forbidden.text')} />
    </PageFrame>
  );
}

function NotFound() {
  const { t } = useTranslation();
  return (
    <PageFrame title={t('shell.notFound.title')}>
      <EmptyState text={t('shell.notFound.text')} />
    </PageFrame>
  );
}

import { lazy } from 'react';
import type { Page } from '../../app/page.ts';

const common = { title: 'suppressions.title', scope: 'suppressions:read' } as const;

export const pages: Page[] = [
  { ...common, path: '/suppressions', place: 50, component: lazy(() => import('./list.tsx')) },
  { ...common, path: '/suppressions/lookup', component: lazy(() => import('./lookup.tsx')) },
  { ...common, path: '/suppressions/imports', component: lazy(() => import('./imports.tsx')) },
  { ...common, path: '/suppressions/imports/:id', component: lazy(() => import('./import.tsx')) },
];

import { lazy } from 'react';
import type { Page } from '../../app/page.ts';

export const pages: Page[] = [
  {
    path: '/erasure',
    title: 'erasure.title',
    scope: 'admin',
    operators: true,
    place: 90,
    component: lazy(() => import('./erasure.tsx')),
  },
];

import { lazy } from 'react';
import type { Page } from '../../app/page.ts';

export const pages: Page[] = [
  {
    path: '/accounts',
    title: 'accounts.title',
    scope: 'admin',
    operators: true,
    place: 70,
    component: lazy(() => import('./accounts.tsx')),
  },
];

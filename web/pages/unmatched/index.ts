import { lazy } from 'react';
import type { Page } from '../../app/page.ts';

export const pages: Page[] = [
  {
    path: '/unmatched',
    title: 'unmatched.title',
    scope: 'messages:read',
    operators: true,
    place: 40,
    component: lazy(() => import('./unmatched.tsx')),
  },
];

import { lazy } from 'react';
import type { Page } from '../../app/page.ts';

export const pages: Page[] = [
  {
    path: '/overview',
    title: 'overview.title',
    scope: 'messages:read',
    place: 10,
    component: lazy(() => import('./overview.tsx')),
  },
];

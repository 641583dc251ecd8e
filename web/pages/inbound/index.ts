import { lazy } from 'react';
import type { Page } from '../../app/page.ts';

export const pages: Page[] = [
  {
    path: '/inbound',
    title: 'inbound.title',
    scope: 'messages:read',
    place: 30,
    component: lazy(() => import('./inbound.tsx')),
  },
];

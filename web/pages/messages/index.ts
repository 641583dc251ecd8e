import { lazy } from 'react';
import type { Page } from '../../app/page.ts';

export const pages: Page[] = [
  {
    path: '/messages',
    title: 'messages.title',
    scope: 'messages:read',
    place: 20,
    component: lazy(() => import('./list.tsx')),
  },
  {
    path: '/messages/new',
    title: 'messages.entry',
    scope: 'messages:send',
    place: 25,
    component: lazy(() => import('./compose.tsx')),
  },
  {
    path: '/messages/:id',
    title: 'messages.one',
    scope: 'messages:read',
    component: lazy(() => import('./message.tsx')),
  },
];

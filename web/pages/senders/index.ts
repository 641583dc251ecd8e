import { lazy } from 'react';
import type { Page } from '../../app/page.ts';

export const pages: Page[] = [
  {
    path: '/senders',
    title: 'senders.title',
    scope: 'senders:read',
    place: 60,
    component: lazy(() => import('./list.tsx')),
  },
  {
    path: '/senders/new',
    title: 'senders.newTitle',
    scope: 'senders:write',
    operators: true,
    component: lazy(() => import('./new-sender.tsx')),
  },
  {
    path: '/senders/:id',
    title: 'senders.title',
    scope: 'senders:read',
    component: lazy(() => import('./sender.tsx')),
  },
];

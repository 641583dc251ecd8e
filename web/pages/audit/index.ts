import { lazy } from 'react';
import type { Page } from '../../app/page.ts';

export const pages: Page[] = [
  { path: '/audit', title: 'audit.title', scope: 'admin', place: 80, component: lazy(() => import('./audit.tsx')) },
];

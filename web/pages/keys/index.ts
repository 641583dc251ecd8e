import { lazy } from 'react';
import type { Page } from '../../app/page.ts';

export const pages: Page[] = [
  { path: '/keys', title: 'keys.title', scope: 'admin', place: 75, component: lazy(() => import('./keys.tsx')) },
];

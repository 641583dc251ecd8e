/** What a folder in web/pages says of its pages. */
import type { ParseKeys } from 'i18next';
import type { ComponentType, LazyExoticComponent } from 'react';
import type { Scope } from '../api/session.ts';

export interface Page {
  /** As wouter has it, behind /admin: `/messages/:id`. */
  path: string;
  /** Key of its title; of pages in the navigation. */
  title: ParseKeys;
  /** That a key needs to see it. */
  scope: Scope | 'any';
  /** Only for keys that are for all accounts. */
  operators?: true;
  /** Its place in the navigation, from 1; absent: it is not there. */
  place?: number;
  component: LazyExoticComponent<ComponentType>;
}

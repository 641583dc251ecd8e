/** What is wrong in a form, by path: `settings.profile.send.url`. */
import type { ReactNode } from 'react';

export type FormErrors = Readonly<Record<string, ReactNode>>;

/** What is wrong with a field or within it, where a form shows it as one. */
export function errorAt(errors: FormErrors, path: string): ReactNode {
  const within = Object.entries(errors)
    .filter(([name]) => isWithin(name, path))
    .map(([name, text]) => (name === path ? text : `${name.slice(path.length + 1)}: ${text}`));
  return within.length > 0 ? within.join('; ') : undefined;
}

/** Those of all other fields. */
export function withoutErrorsAt(errors: FormErrors, path: string): Record<string, ReactNode> {
  return Object.fromEntries(Object.entries(errors).filter(([name]) => !isWithin(name, path)));
}

function isWithin(name: string, path: string): boolean {
  return name === path || name.startsWith(`${path}.`);
}

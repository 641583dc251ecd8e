/** A webhook call as the simulator made it and as the books keep it, in the same words. */
import type { CallEntry } from '../../../local/simulator/book.ts';
import type { Evidence } from '../model.ts';

export function callKey({ url, method, body }: CallEntry): string {
  const { pathname, search } = new URL(url);
  return keyOf(`${pathname}${search}`, method === 'GET' ? '' : body);
}

export function hookKey({ path, body }: Evidence['books']['hooks'][number]): string {
  return keyOf(path, body);
}

/** The books leave our token out, in the path or in the query. */
function keyOf(path: string, body: string): string {
  const [place = '', query = ''] = path.split(/\?(.*)/s);
  const fields = query.split('&').filter((field) => field !== '' && !field.startsWith('token='));
  const names = place.split('/').map((name) => (TOKEN.test(name) ? 'TOKEN' : name));
  return `${names.join('/')}?${fields.join('&')} ${body}`;
}

/** As db/senders.ts makes them. */
const TOKEN = /^[\w-]{32}$/;

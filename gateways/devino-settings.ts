import { z } from 'zod';
import { fingerprint } from './secrets.ts';
import { headerKey, hostOf, httpUrl, loginName, password, urlUnder, withUsualPath } from './settings.ts';

export const devinoSettings = z
  .object({
    api: z.enum(['online', 'rest2']).meta({
      title: 'API',
      description:
        'online: the current Devino.Online API. It cannot be asked for a status, the form of its delivery reports is not ' +
        'published, and it brings no texts from phones. rest2: the older REST v2, for accounts that have it. Its ' +
        'statuses are fetched, it brings texts from phones, and it has no report webhook.',
    }),
    url: httpUrl.optional().meta({
      title: 'Address',
      description:
        'Only where it is another than https://api.devino.online (online) or https://integrationapi.net/rest/v2 (rest2).',
    }),
    apiKey: headerKey.optional().meta({
      title: 'API key',
      description:
        'For online, in place of login and password. With the login given as well, a new key stays the same account.',
      secret: true,
      onlyWith: { api: 'online' },
    }),
    login: loginName.optional().meta({ title: 'Login', description: 'Needed for rest2.' }),
    password: password.optional().meta({ title: 'Password', secret: true }),
    pullInbound: z
      .boolean()
      .default(true)
      .meta({
        title: 'Fetch texts from phones',
        description: "For rest2. Otherwise texts come by webhook: give this sender's address to Devino's manager.",
        onlyWith: { api: 'rest2' },
      }),
  })
  .refine(({ api, apiKey, login, password }) => (api === 'online' && apiKey !== undefined) || (login && password), {
    error: 'needs a login and a password, or for the online API an API key',
    path: ['login'],
  });

export type DevinoSettings = z.infer<typeof devinoSettings>;

export function devinoAccount(settings: DevinoSettings): string {
  const { login, apiKey = '' } = settings;
  return `${hostOf(baseOf(settings))}/${login ?? fingerprint(apiKey)}`;
}

/** A path of the API in these settings. */
export function devinoUrl(path: string, settings: DevinoSettings): string {
  return urlUnder(baseOf(settings), path);
}

function baseOf({ api, url }: DevinoSettings): string {
  if (api === 'online') return url ?? 'https://api.devino.online';
  return withUsualPath(url ?? 'https://integrationapi.net', '/rest/v2');
}

/** Webhook addresses: our own, and the shape that the original product gave out. */
import type { Request } from 'express';

export const HOOK_PATHS = [
  '/hooks/:token',
  '/hooks/:token/reports',
  '/hooks/:token/inbound',
  '/smslistener/:listener/:sender/:token',
  // The token is in the query.
  '/smslistener/:listener/:sender',
];

/** Gateways whose customers know the address in the shape of the original product. */
const LISTENERS: Readonly<Record<string, string>> = { rapporto: '/smslistener/listen_type/sms_rapporto' };

/**
 * Where a gateway is to call, as told to a person.
 * @param publicUrl undefined: paths
 */
export function hookUrls(
  { gateway, hookToken }: { gateway: string; hookToken: string },
  publicUrl = '',
): { reports: string; inbound: string; listener?: string } {
  const listener = LISTENERS[gateway];
  return {
    reports: `${publicUrl}/hooks/${hookToken}/reports`,
    inbound: `${publicUrl}/hooks/${hookToken}/inbound`,
    ...(listener === undefined ? {} : { listener: `${publicUrl}${listener}/${hookToken}` }),
  };
}

export interface HookAddress {
  token: string | undefined;
  /** Without the token, which is nobody's business in the books. */
  path: string;
  /** Not decoded, without our `token`. */
  query: string;
}

export function hookAddressOf(req: Request): HookAddress {
  const [rawPath = '', ...rest] = req.originalUrl.split('?');
  const rawQuery = rest.join('?');
  const inPath = req.params.token;
  if (typeof inPath === 'string') {
    return { token: tokenIn(inPath), path: rawPath.replace(inPath, 'TOKEN'), query: rawQuery };
  }
  const fields = rawQuery.split('&');
  const given = fields.find((field) => field.startsWith('token='));
  return {
    token: tokenIn(given?.slice('token='.length) ?? ''),
    path: rawPath,
    query: fields.filter((field) => field !== given).join('&'),
  };
}

/** As db/senders.ts makes them; others need no look into the books. */
function tokenIn(text: string): string | undefined {
  return /^[\w-]{32}$/.test(text) ? text : undefined;
}

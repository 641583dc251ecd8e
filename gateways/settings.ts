/** Settings that several gateways have alike. */
import { z } from 'zod';

/** An http or https address that paths are put behind. */
export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
  .refine(isBaseAddress, 'must hold no login, query or fragment');

/** A key that travels in a header, so only visible ASCII. */
export const headerKey = z.string().regex(/^[\x21-\x7e]+$/, 'must be letters, digits and signs without spaces');

/** A login that may travel in HTTP Basic, which ends it at the first colon. */
export const loginName = z.string().regex(/^[^:\p{Cc}]+$/u, 'must not be empty and must hold no colon');

export const password = z.string().min(1, 'must not be empty');

/** Login and password that webhook calls must bring, for gateways that can be told to send them. */
export const hookBasic = {
  hookLogin: loginName.optional().meta({
    title: 'Webhook login',
    description: 'Set it, with the webhook password, if the gateway was told to call with HTTP Basic.',
  }),
  hookPassword: password.optional().meta({ title: 'Webhook password', secret: true }),
};

/** To be refined by: one without the other would let every call in, or none. */
export function isHookBasicPair(settings: { hookLogin?: string | undefined; hookPassword?: string | undefined }) {
  return (settings.hookLogin === undefined) === (settings.hookPassword === undefined);
}

export const HOOK_BASIC_PAIR = { error: 'the webhook login and password belong together', path: ['hookPassword'] };

/** A path behind a base address, which may end in slashes or hold a path of its own. */
export function urlUnder(base: string, path: string): string {
  return `${addressOf(base)}${path}`;
}

/** An address as it is, or, where it is given without a path, with the one that the gateway's calls usually have. */
export function withUsualPath(base: string, path: string): string {
  return new URL(base).pathname === '/' ? urlUnder(base, path) : base;
}

/** Host, port and path of a base address: what names a gateway account together with a login. */
export function hostOf(base: string): string {
  return addressOf(base).replace(/^https?:\/\//, '');
}

function addressOf(base: string): string {
  const { origin, pathname } = new URL(base);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}

function isBaseAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { username, password, search, hash } = new URL(address);
  return [username, password, search, hash].every((part) => part === '');
}

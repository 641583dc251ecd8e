/**
 * Which addresses of gateways may be called. An operator's form must not become a way into our own network: what is not
 * on the public internet is refused, unless the setting GATEWAY_PRIVATE_NETWORKS allows it.
 */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Networks in CIDR notation or single addresses, or `all`. */
export type Networks = readonly string[];

/**
 * @param url as a user has set it; a name in it is looked up only when it is called (`checkHost`)
 * @returns why it may not be called, or undefined
 */
export function checkAddress(url: string, allowed: Networks): string | undefined {
  if (!URL.canParse(url)) return 'is not an address';
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return 'must begin with http:// or https://';
  return checkHost(hostname, allowed);
}

/**
 * Every address among a sender's settings.
 * @returns what is wrong, by the name of the setting
 */
export function checkSettings(
  settings: Readonly<Record<string, unknown>>,
  allowed: Networks,
): { setting: string; detail: string }[] {
  return Object.entries(settings).flatMap(([setting, value]) => {
    if (typeof value !== 'string' || !/^\s*https?:/i.test(value)) return [];
    const detail = checkAddress(value, allowed);
    return detail === undefined ? [] : [{ setting, detail }];
  });
}

/** @param host an IP address or a name, such as `URL.hostname` has it */
export function checkHost(host: string, allowed: Networks): string | undefined {
  const plain = host.replace(/^\[|\]$/g, '');
  const address = /(^|\.)localhost\.?$/i.test(plain) ? '127.0.0.1' : plain;
  if (isIP(address) === 0 || mayBeCalled(address, allowed)) return undefined;
  return `leads to ${address}, which is not on the public internet, and GATEWAY_PRIVATE_NETWORKS does not allow it`;
}

/** @param address an IP address */
export function mayBeCalled(address: string, allowed: Networks): boolean {
  return isPublic(address) || allowed.includes('all') || isIn(address, allowed);
}

/** @param address an IP address; one of IPv4 may be written as of IPv6 (::ffff:192.0.2.1) */
export function isIn(address: string, networks: Networks): boolean {
  const ip = ipaddr.process(address);
  return networks.some((network) => {
    if (!isNetwork(network)) return false;
    const [base, bits] = parseNetwork(network);
    return base.kind() === ip.kind() && ip.match(base, bits);
  });
}

export function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  return isIP(address) !== 0 && more.length === 0 && (bits === undefined || ipaddr.isValidCIDR(text));
}

/** Where Azure tells a machine its secrets; the other clouds' addresses for it are not public ones. */
const METADATA = ['168.63.129.16'];

function isPublic(address: string): boolean {
  const ip = ipaddr.process(address);
  if (METADATA.includes(ip.toString()) || ip.range() !== 'unicast') return false;
  // Of IPv6 only 2000::/3 is given out; addresses of IPv4 hide in what is not.
  return ip instanceof ipaddr.IPv4 || ((ip.parts[0] ?? 0) & 0xe000) === 0x2000;
}

function parseNetwork(network: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  if (network.includes('/')) return ipaddr.parseCIDR(network);
  const ip = ipaddr.process(network);
  return [ip, ip.kind() === 'ipv4' ? 32 : 128];
}

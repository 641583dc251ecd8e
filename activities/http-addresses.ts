/** Addresses are judged when the connection is made, so that a name cannot be looked up as one thing and called as another. */
import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { checkHost, mayBeCalled, type Networks } from '../runtime/addresses.ts';

export interface AddressOptions {
  /** What may be called besides the public internet. */
  networks: Networks;
  /** How names are looked up; the system's way if not given. */
  lookup?: LookupFunction;
}

/** Why a connection to this host must not be tried, where its name alone says so: sockets look up no IP address. */
export function refusalOf(host: string, { networks }: AddressOptions): Error | undefined {
  const detail = checkHost(host, networks);
  return detail === undefined ? undefined : new Error(`the address ${detail}`);
}

/** Finds only those addresses of a name that may be called. */
export function guardedLookup({ networks, lookup = systemLookup as LookupFunction }: AddressOptions): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, found, family) => {
      if (error) return callback(error, '', 0);
      const all = Array.isArray(found) ? found : [{ address: found, family: family ?? isIP(found) }];
      const allowed = all.filter(({ address }) => mayBeCalled(address, networks));
      const [first] = allowed;
      const refused = all.find(({ address }) => !mayBeCalled(address, networks));
      if (!first) {
        const why = refused && checkHost(refused.address, networks);
        return callback(new Error(why ? `the name ${host} ${why}` : `the name ${host} has no address`), '', 0);
      }
      if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

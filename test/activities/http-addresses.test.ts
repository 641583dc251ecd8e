/** Where a gateway's address may lead: the guard at the socket, and the look at what an operator types. */
import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { describe, expect, it } from 'vitest';
import { guardedLookup } from '../../activities/http-addresses.ts';
import { checkAddress, checkSettings, isIn, mayBeCalled } from '../../runtime/addresses.ts';
import { outcomeOf } from '../../sms/outcome.ts';
import { certificate } from './http-certificate.ts';
import { type Host, ok, startHost, startHttp } from './http-servers.ts';

/** Answers each look-up with the next list; the last one stays. */
function resolver(...answers: string[][]): LookupFunction & { asked: number } {
  const lookup: LookupFunction = (_host, _options, callback) => {
    const addresses = answers[Math.min(found.asked++, answers.length - 1)] ?? [];
    const all: LookupAddress[] = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    process.nextTick(callback, null, all);
  };
  const found = Object.assign(lookup, { asked: 0 });
  return found;
}

const post = (url: string) => ({ method: 'POST' as const, url, headers: {}, body: 'one SMS' });
const named = (host: Host, name: string) => `http://${name}:${host.port}/send`;

describe('a call to an address that is not public', () => {
  it.each([
    ['a loopback address', (port: number) => `http://127.0.0.1:${port}`],
    ['another one of them', (port: number) => `http://127.9.8.7:${port}`],
    ['written as one number', (port: number) => `http://2130706433:${port}`],
    ['written in hexadecimal and short', (port: number) => `http://0x7f.1:${port}`],
    ['written in octal', (port: number) => `http://0177.0.0.1:${port}`],
    ['with a dot at the end', (port: number) => `http://127.0.0.1.:${port}`],
    ['none at all', (port: number) => `http://0:${port}`],
    ['of IPv6', (port: number) => `http://[::1]:${port}`],
    ['of IPv4 in IPv6', (port: number) => `http://[::ffff:127.0.0.1]:${port}`],
    ['by the name that everybody has', (port: number) => `http://localhost:${port}`],
    ['over TLS', (port: number) => `https://127.0.0.1:${port}`],
  ])('is not made: %s', async (_, url) => {
    const host = await startHost((socket) => socket.write(ok('secret')));
    const result = await startHttp({ networks: [] }).call('s', post(url(host.port)));
    if (result.reach === 'answered') throw new Error('it was answered');
    expect(result.reach).toBe('unwritten');
    expect(result.failure).toMatch(/^the request was not written: the address leads to .* not on the public internet/);
    expect(host.connections).toBe(0);
    expect(outcomeOf({ reach: result.reach, failure: result.failure }, false)).toMatchObject({ kind: 'not-sent' });
  });

  it('is not made where a name leads there', async () => {
    const host = await startHost((socket) => socket.write(ok('secret')));
    const http = startHttp({ networks: [], lookup: resolver(['127.0.0.1']) });
    const result = await http.call('s', post(named(host, 'sms.example.org')));
    expect(result).toMatchObject({
      reach: 'unwritten',
      failure: expect.stringContaining('the name sms.example.org leads to 127.0.0.1'),
    });
    expect(host.connections).toBe(0);
  });

  it('is not made where a name leads there the second time only', async () => {
    const host = await startHost((socket) => socket.end(ok('an answer', 'connection: close\r\n')));
    // The first look-up is what a check beforehand would have seen: here it leads where the setting allows.
    const lookup = resolver(['127.0.0.1'], ['127.0.0.2']);
    const http = startHttp({ networks: ['127.0.0.1/32'], lookup });
    expect((await http.call('s', post(named(host, 'sms.example.org')))).reach).toBe('answered');
    expect(await http.call('s', post(named(host, 'sms.example.org')))).toMatchObject({
      reach: 'unwritten',
      failure: expect.stringContaining('leads to 127.0.0.2'),
    });
    expect(lookup.asked).toBe(2);
    expect(host.connections).toBe(1);
  });

  it('is not made by a redirect', async () => {
    const inner = await startHost((socket) => socket.write(ok('secret')));
    const outer = await startHost((socket) =>
      socket.write(`HTTP/1.1 302 Found\r\nlocation: ${inner.origin}/\r\ncontent-length: 0\r\n\r\n`),
    );
    const result = await startHttp().call('s', post(outer.origin));
    expect(result).toMatchObject({ reach: 'answered', response: { status: 302 } });
    expect(inner.connections).toBe(0);
  });

  it.each([
    ['every network', ['all']],
    ['its network', ['10.0.0.0/8', '127.0.0.0/8']],
    ['the address alone', ['127.0.0.1']],
  ])('is made where the setting allows %s', async (_, networks) => {
    const host = await startHost((socket) => socket.write(ok('hello')));
    const http = startHttp({ networks, lookup: resolver(['::ffff:127.0.0.1']) });
    expect((await http.call('s', post(host.origin))).reach).toBe('answered');
    expect((await http.call('s', post(named(host, 'sms.example.org')))).reach).toBe('answered');
  });

  it('is made over TLS too, with the certificate of the name', async () => {
    const host = await startHost((socket) => socket.write(ok('hello')), certificate);
    const http = startHttp({ ca: certificate.cert, networks: ['127.0.0.1'], lookup: resolver(['127.0.0.1']) });
    const result = await http.call('s', post(`https://localhost:${host.port}/`));
    expect(result.reach).toBe('answered');
    const other = await http.call('s', post(`https://sms.example.org:${host.port}/`));
    expect(other).toMatchObject({ reach: 'unwritten' });
  });
});

describe('a look-up', () => {
  const find = (addresses: string[], options: object) =>
    new Promise((resolve, reject) => {
      const lookup = guardedLookup({ networks: [], lookup: resolver(addresses) });
      lookup('sms.example.org', options, (error, ...found) => (error ? reject(error) : resolve(found)));
    });

  it('leaves out the addresses that may not be called', async () => {
    const mixed = ['10.0.0.1', '8.8.8.8', '::1', '2606:4700::1111'];
    expect(await find(mixed, { all: true })).toEqual([
      [
        { address: '8.8.8.8', family: 4 },
        { address: '2606:4700::1111', family: 6 },
      ],
    ]);
    expect(await find(mixed, {})).toEqual(['8.8.8.8', 4]);
  });

  it('fails where none is left', async () => {
    await expect(find(['10.0.0.1', '::1'], { all: true })).rejects.toThrow(/leads to 10\.0\.0\.1/);
    await expect(find([], {})).rejects.toThrow('has no address');
  });

  it('passes on that a name is not known', async () => {
    const lookup = guardedLookup({
      networks: ['all'],
      lookup: (_host, _options, callback) =>
        callback(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }), '', 0),
    });
    const failed = new Promise((_, reject) => lookup('nowhere.example', {}, (error) => reject(error)));
    await expect(failed).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});

describe('an address', () => {
  it.each([
    ['0.0.0.0', 'unspecified'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['127.0.0.1', 'loopback'],
    ['169.254.169.254', 'link-local, and the metadata of most clouds'],
    ['168.63.129.16', "Azure's metadata"],
    ['100.64.0.1', 'behind a carrier'],
    ['100.100.100.200', "Alibaba's metadata, behind a carrier"],
    ['192.0.0.192', "Oracle's metadata, reserved"],
    ['192.0.2.1', 'of documentation'],
    ['198.18.0.1', 'of measurements'],
    ['224.0.0.1', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::7f00:1', 'IPv4-compatible'],
    ['::ffff:10.0.0.1', 'IPv4-mapped'],
    ['::ffff:0:10.0.0.1', 'IPv4-translated'],
    ['64:ff9b::a00:1', 'NAT64'],
    ['64:ff9b:1::a00:1', 'NAT64 of a network of its own'],
    ['2002:a00:1::1', '6to4'],
    ['2001:0:a00:1::1', 'Teredo'],
    ['fc00::1', 'unique local'],
    ['fd00:ec2::254', "Amazon's metadata, unique local"],
    ['fe80::1', 'link-local'],
    ['fec0::1', 'site-local'],
    ['ff02::1', 'multicast'],
    ['2001:db8::1', 'of documentation'],
    ['4000::1', 'not given out'],
  ])('%s may not be called: %s', (address) => {
    expect(mayBeCalled(address, [])).toBe(false);
    expect(mayBeCalled(address, ['all'])).toBe(true);
    const url = `http://${address.includes(':') ? `[${address}]` : address}/`;
    expect(checkAddress(url, [])).toMatch(/GATEWAY_PRIVATE_NETWORKS/);
    expect(checkAddress(url, ['all'])).toBeUndefined();
  });

  it.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '::ffff:8.8.8.8', '2606:4700::1111'])('%s may be called', (it) => {
    expect(mayBeCalled(it, [])).toBe(true);
  });

  it('is in a network of its own kind only', () => {
    expect(isIn('::ffff:10.1.2.3', ['10.0.0.0/8'])).toBe(true);
    expect(isIn('10.1.2.3', ['::/0', '11.0.0.0/8'])).toBe(false);
    expect(isIn('fd00::1', ['0.0.0.0/0', 'fd00::/8'])).toBe(true);
  });
});

describe('what an operator types', () => {
  it.each([
    ['ftp://sms.example.org', /must begin with/],
    ['file:///etc/passwd', /must begin with/],
    ['javascript:alert(1)', /must begin with/],
    ['sms.example.org', /is not an address/],
    ['http://10.1.2.3/api', /leads to 10\.1\.2\.3/],
    ['http://2130706433/', /leads to 127\.0\.0\.1/],
    ['http://app.localhost/', /leads to 127\.0\.0\.1/],
    ['http://[::ffff:a9fe:a9fe]/latest', /not on the public internet/],
  ])('%s is refused', (url, why) => {
    expect(checkAddress(url, [])).toMatch(why);
  });

  it.each(['https://sms.example.org/api', 'http://8.8.8.8:8080'])('%s is taken', (url) => {
    expect(checkAddress(url, [])).toBeUndefined();
  });

  it('is looked at in every setting of a sender', () => {
    const settings = { url: 'http://10.0.0.1', fallback: 'HTTPS://[::1]', login: 'http', pollGapS: 5, list: ['x'] };
    expect(checkSettings(settings, [])).toEqual([
      { setting: 'url', detail: expect.stringContaining('10.0.0.1') },
      { setting: 'fallback', detail: expect.stringContaining('::1') },
    ]);
    expect(checkSettings(settings, ['10.0.0.0/8', '::1'])).toEqual([]);
  });
});

import { isIP } from 'node:net';

import ipaddr from 'ipaddr.js';

/** What an address is when it is not public; the words fit after "is". */
const KINDS: Readonly<Record<string, string>> = {
  unspecified: 'an unspecified address',
  broadcast: 'a broadcast address',
  multicast: 'a multicast address',
  linkLocal: 'a link-local address',
  loopback: 'a loopback address',
  carrierGradeNat: 'an address of a carrier network',
  private: 'a private address',
  uniqueLocal: 'a private address',
  deprecatedSiteLocal: 'a private address',
};
const RESERVED = 'a reserved address';

/** Public by its number, but inside Azure it is the machine's own host, with its metadata. */
const AZURE_HOST = '168.63.129.16';

/** Everything outside is not handed out to anybody yet, or means something else than one machine. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
/** Holds an IPv4 address in its last 32 bits, which a gateway calls (RFC 6052). */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * Reads an address, with or without a zone; undefined when it is none. One that only wraps an IPv4 address
 * (`::ffff:…`, and `64:ff9b::…` of NAT64 networks) becomes that address, because that is who gets called.
 */
export function readAddress(text: string): Address | undefined {
  const family = isIP(text);
  if (family === 0) return undefined;
  if (family === 4) return ipaddr.IPv4.parse(text);
  const address = ipaddr.IPv6.parse(inHexadecimal(text.replace(/%.*$/, '')));
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  return address.match(NAT64) ? new ipaddr.IPv4(address.toByteArray().slice(12)) : address;
}

/** ipaddr.js takes the obsolete `::1.2.3.4` for `::ffff:1.2.3.4`, which is another address. */
function inHexadecimal(text: string): string {
  return new URL(`http://[${text}]`).hostname.slice(1, -1);
}

/**
 * What an address is that is not a public unicast address, in words that fit after "is"; undefined for a public
 * one. Ranges are those of ipaddr.js, which follows IANA's registries of special-purpose addresses: what has any
 * special purpose is not public. That takes in 6to4 and Teredo, which hide an IPv4 address.
 */
export function specialKindOf(address: Address): string | undefined {
  const range = address.range();
  if (range !== 'unicast') return KINDS[range] ?? RESERVED;
  if (address.kind() === 'ipv6') {
    return (address as ipaddr.IPv6).match(GLOBAL_UNICAST) ? undefined : RESERVED;
  }
  return address.toString() === AZURE_HOST ? 'an address of the cloud provider' : undefined;
}

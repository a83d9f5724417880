import { isIPv6 } from 'node:net';

import { readAddress, type Address } from './address-kinds.ts';

/** One exception of `SHEAF_EGRESS_ALLOW`. Without a port it holds for all of them. */
export type AllowRule =
  | { readonly network: readonly [Address, number]; readonly port?: number }
  | { readonly name: string; readonly port?: number };

const NAME = /^(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*$/;
const MAX_NAME_LENGTH = 253;

/**
 * Reads the entries of `SHEAF_EGRESS_ALLOW`: networks, addresses, names, and the latter two with a port.
 * @returns the rules, and the entries that are nothing of the kind
 */
export function parseAllowList(entries: readonly string[]): { rules: AllowRule[]; wrong: string[] } {
  const rules: AllowRule[] = [];
  const wrong: string[] = [];
  for (const entry of entries) {
    const rule = parseRule(entry);
    if (rule) rules.push(rule);
    else wrong.push(entry);
  }
  return { rules, wrong };
}

function parseRule(entry: string): AllowRule | undefined {
  if (entry.includes('/')) return parseNetwork(entry);
  if (isIPv6(entry)) return hostRule(entry);
  const [, host = entry, digits] = /^(.+):(\d{1,5})$/.exec(entry) ?? [];
  if (digits === undefined) return hostRule(host);
  const port = Number(digits);
  const rule = port >= 1 && port <= 65_535 ? hostRule(host) : undefined;
  return rule && { ...rule, port };
}

function parseNetwork(entry: string): AllowRule | undefined {
  const [base = '', digits = '', ...rest] = entry.split('/');
  const address = rest.length === 0 && /^\d{1,3}$/.test(digits) ? readAddress(base) : undefined;
  // Where an IPv4 address is wrapped in an IPv6 one, the prefix would count other bits than the rule's.
  if (!address || (base.includes(':') && address.kind() === 'ipv4')) return undefined;
  const bits = Number(digits);
  return bits <= address.toByteArray().length * 8 ? { network: [address, bits] } : undefined;
}

function hostRule(host: string): AllowRule | undefined {
  const canonical = canonicalHost(host);
  if (canonical === undefined) return undefined;
  const address = readAddress(canonical);
  return address ? { network: [address, address.toByteArray().length * 8] } : { name: canonical };
}

/** A host in the one form that URLs have it in, without brackets; undefined when it is not just a host. */
function canonicalHost(host: string): string | undefined {
  if (/[/?#@\\\s]/.test(host)) return undefined;
  const bracketed = isIPv6(host) ? `[${host}]` : host;
  if (!URL.canParse(`http://${bracketed}`)) return undefined;
  const { hostname, port } = new URL(`http://${bracketed}`);
  const bare = bareHost(hostname);
  if (port !== '' || !(isIPv6(bare) || NAME.test(bare)) || bare.length > MAX_NAME_LENGTH) return undefined;
  return bare;
}

/** The host of a URL without the brackets of IPv6 and without the dot that ends a complete name. */
export function bareHost(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

/** Whether a rule lets a name be called, whatever its addresses. */
export function allowsName(rules: readonly AllowRule[], name: string, port: number): boolean {
  return rules.some((rule) => 'name' in rule && rule.name === name && fits(rule, port));
}

/** Whether a rule lets an address be called. */
export function allowsAddress(rules: readonly AllowRule[], address: Address, port: number): boolean {
  return rules.some((rule) => {
    if ('name' in rule || !fits(rule, port)) return false;
    const [base, bits] = rule.network;
    return base.kind() === address.kind() && address.match(base, bits);
  });
}

function fits(rule: AllowRule, port: number): boolean {
  return rule.port === undefined || rule.port === port;
}

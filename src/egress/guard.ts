import { lookup as systemLookup } from 'node:dns/promises';

import { readAddress, specialKindOf } from './address-kinds.ts';
import { allowsAddress, allowsName, type AllowRule } from './allow-list.ts';
import { EgressError } from './error.ts';
import type { QueuedLookup } from './lookup-queue.ts';
import type { Target } from './target.ts';

/** Decides whom Sheaf may call. */
export interface Guard {
  /** Why a target is refused, as far as its URL tells; undefined when that takes a look-up. */
  refusalOf(target: Target): string | undefined;
  /**
   * The addresses at which a target may be called. A name is looked up once, and whoever calls must call what
   * this returned: a second look-up could answer differently (DNS rebinding).
   * @param signal ends the wait for the look-up
   * @throws EgressError EGRESS_DENIED when any of the addresses is refused, UNRESOLVED when there is none; or why the
   * signal was aborted
   */
  addressesOf(target: Target, signal?: AbortSignal): Promise<readonly string[]>;
  /**
   * The same for a target that a proxy will look up itself. A name that the operator allowed needs no address here.
   */
  checkForProxy(target: Target): Promise<void>;
}

/** What a machine calls itself, and every name below (RFC 6761). */
const LOCAL_NAME = /(?:^|\.)localhost(?:\.localdomain\d?)?$|^ip6-localhost$|^ip6-loopback$/;
const LOCAL_ADDRESSES = ['127.0.0.1', '::1'];

export async function lookUpInSystem(name: string): Promise<readonly string[]> {
  const found = await systemLookup(name, { all: true });
  return found.map(({ address }) => address);
}

export function createGuard(rules: readonly AllowRule[], lookup: QueuedLookup): Guard {
  /** What is wrong with an address, in words that fit after "is". */
  const flawOf = (text: string, port: number): string | undefined => {
    const address = readAddress(text);
    if (!address) return 'not an address';
    return allowsAddress(rules, address, port) ? undefined : specialKindOf(address);
  };

  const refusalOf = (target: Target): string | undefined => {
    const { host, port } = target;
    if (allowsName(rules, host, port)) return undefined;
    if (LOCAL_NAME.test(host)) {
      const allowed = LOCAL_ADDRESSES.some((address) => flawOf(address, port) === undefined);
      return allowed ? undefined : refusal(target, `${host} is this machine itself`);
    }
    if (!readAddress(host)) return undefined;
    const flaw = flawOf(host, port);
    return flaw && refusal(target, `${host} is ${flaw}`);
  };

  const addressesOf = async (target: Target, signal?: AbortSignal): Promise<readonly string[]> => {
    const { host, port } = target;
    const refused = refusalOf(target);
    if (refused !== undefined) throw new EgressError('EGRESS_DENIED', refused);
    if (readAddress(host)) return [host];
    const addresses = await addressesOfName(host, lookup, signal);
    if (allowsName(rules, host, port)) return addresses;
    for (const address of addresses) {
      const flaw = flawOf(address, port);
      if (flaw === undefined) continue;
      // The address stays unsaid: it would tell clients what names the operator's own network has.
      throw new EgressError('EGRESS_DENIED', refusal(target, `an address of ${host} is ${flaw}`));
    }
    return addresses;
  };

  return {
    refusalOf,
    addressesOf,
    async checkForProxy(target) {
      if (!allowsName(rules, target.host, target.port)) await addressesOf(target);
    },
  };
}

function refusal({ host, port }: Target, fact: string): string {
  return (
    `${fact}, and Sheaf calls only public addresses. ` +
    `If it is meant, the operator of this server can add ${host} or ${withPort(host, port)} to SHEAF_EGRESS_ALLOW.`
  );
}

function withPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

async function addressesOfName(
  name: string,
  lookup: QueuedLookup,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  let cause: unknown;
  try {
    const addresses = await lookup(name, signal);
    if (addresses.length > 0) return addresses;
  } catch (error) {
    if (signal?.aborted) throw error;
    cause = error;
  }
  throw new EgressError(
    'UNRESOLVED',
    `No address was found for ${name}; check the name, and that this server can look it up.`,
    { cause },
  );
}

import { request as httpRequest, type IncomingMessage } from 'node:http';
import { isIPv4, type Socket } from 'node:net';

import { EgressError } from './error.ts';
import { overConnection } from './over-connection.ts';
import type { Target } from './target.ts';

/** What a proxy is told about who is calling; empty when its URL has no user. */
export function proxyHeaders(proxy: Target): Record<string, string> {
  return proxy.authorization === undefined ? {} : { 'proxy-authorization': proxy.authorization };
}

/**
 * Whom a proxy is asked to call: an address that was checked, because the proxy's own look-up of the name could answer
 * differently (DNS rebinding). IPv4 goes first: fewer proxies have a way to IPv6.
 * @param addresses none: the operator trusts the name, and the proxy looks it up
 */
export function authorityForProxy({ host, port }: Target, addresses: readonly string[]): string {
  const called = addresses.find((address) => isIPv4(address)) ?? addresses[0] ?? host;
  return `${called.includes(':') ? `[${called}]` : called}:${port}`;
}

/**
 * Asks a proxy for a tunnel. TLS with the target then runs inside it, so the proxy sees nothing but that.
 * @param authority address or name, and port
 * @throws EgressError PROXY_FAILED when the proxy refuses, CONNECTION_FAILED when it breaks off
 */
export function openTunnel(
  socket: Socket,
  { proxy, authority }: { readonly proxy: Target; readonly authority: string },
  signal: AbortSignal,
): Promise<Socket> {
  return overConnection(socket, proxy, signal, ({ done, fail }) => {
    const refused = ({ statusCode }: IncomingMessage): void => {
      const message = `The proxy ${proxy.authority} answered ${statusCode} when asked for ${authority}.`;
      fail(new EgressError('PROXY_FAILED', message));
    };
    const closed = (): void => fail(new Error('it was closed without an answer'));
    const request = httpRequest({
      createConnection: () => socket,
      method: 'CONNECT',
      path: authority,
      setHost: false,
      headers: { host: authority, ...proxyHeaders(proxy) },
    });
    request
      .on('error', fail)
      .once('close', closed)
      .once('response', refused)
      .once('connect', (answer: IncomingMessage, tunnel: Socket, head: Buffer) => {
        request.off('close', closed);
        if (answer.statusCode !== 200) {
          refused(answer);
          return;
        }
        if (head.length > 0) tunnel.unshift(head);
        done(tunnel);
      })
      .end();
  });
}

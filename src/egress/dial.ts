import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';

import { EgressError } from './error.ts';
import type { Target } from './target.ts';

/** What one address gets to accept a connection in, when others are left to try. */
const ATTEMPT_MS = 3_000;
/** What the last one gets. */
const CONNECT_MS = 10_000;

/**
 * Connects to the first of the given addresses that answers. They are addresses, never names, so nothing is looked
 * up again here.
 * @throws EgressError CONNECTION_FAILED
 */
export async function dial(
  addresses: readonly string[],
  target: Target,
  signal: AbortSignal,
): Promise<Socket> {
  let cause: unknown;
  for (const [index, address] of addresses.entries()) {
    const timeoutMs = index === addresses.length - 1 ? CONNECT_MS : ATTEMPT_MS;
    const socket = connect({ host: address, port: target.port, noDelay: true });
    try {
      return await opened(socket, 'connect', { timeoutMs, signal });
    } catch (error) {
      if (signal.aborted) throw error;
      cause = error;
    }
  }
  throw connectionFailed(target, cause);
}

/**
 * Speaks TLS on a connection and verifies that the other side is the target by name.
 * @throws EgressError TLS_FAILED
 */
export async function secure(socket: Socket, target: Target, signal: AbortSignal): Promise<Socket> {
  const options = { ...tlsOptionsFor(target), socket };
  try {
    return await opened(connectTls(options), 'secureConnect', { timeoutMs: CONNECT_MS, signal });
  } catch (error) {
    socket.destroy();
    if (signal.aborted) throw error;
    const reason = `a secure connection to ${target.authority} failed: ${reasonOf(error)}`;
    throw new EgressError('TLS_FAILED', `${capital(reason)}. Check its certificate.`, { cause: error });
  }
}

/** The name in the URL is what the certificate must hold, whatever address is called. */
export function tlsOptionsFor({ host }: Target): ConnectionOptions {
  return {
    host,
    // SNI carries names only.
    ...(isIP(host) === 0 && { servername: host }),
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: true,
  };
}

/** The socket once it is open; destroyed when it fails, time is up or the signal is aborted. */
function opened<T extends Socket>(
  socket: T,
  event: 'connect' | 'secureConnect',
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (error?: unknown): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      socket.off(event, done).off('close', closed).off('error', settle);
      // From now on others watch it; an error that falls between must not end the process.
      socket.on('error', () => undefined);
      if (error === undefined) {
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(error);
    };
    const done = (): void => settle();
    const closed = (): void => settle(new Error('the connection was closed'));
    const abort = (): void => settle(signal.reason);
    const timer = setTimeout(() => settle(new Error('the connection timed out')), timeoutMs);
    socket.once(event, done).once('close', closed).once('error', settle);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

export function connectionFailed(target: Target, cause: unknown): EgressError {
  return new EgressError(
    'CONNECTION_FAILED',
    `The connection to ${target.authority} failed: ${reasonOf(cause)}.`,
    { cause },
  );
}

/** Sentences for what the system reports; its own texts name addresses. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'it was refused',
  ECONNRESET: 'it was cut',
  EPIPE: 'it was cut',
  ETIMEDOUT: 'nobody answered',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
  EADDRNOTAVAIL: 'that address cannot be called from here',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate comes from an authority that this server does not trust',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate comes from an authority that this server does not trust',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'the certificate comes from an authority that this server does not trust',
  EPROTO: 'the other side does not speak TLS',
};

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it was cut';
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error.message;
  if (code.startsWith('HPE_')) return 'the answer is not HTTP';
  if (code.startsWith('ERR_SSL_')) return 'the other side does not speak TLS';
  return REASONS[code] ?? code;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import type { Socket } from 'node:net';

import { CONNECTION_HEADERS } from '../model/connection-headers.ts';
import { programVersion } from '../version.ts';
import { EgressError } from './error.ts';
import { overConnection } from './over-connection.ts';
import type { Target } from './target.ts';

/** What is sent over a connection that is open already. */
export interface Message {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** What a proxy at the other end wants to read besides. */
  readonly proxy?: {
    readonly headers: Readonly<Record<string, string>>;
    /** Whom it is to call: the request line then holds a whole URL. `Host` stays the target's. */
    readonly authority: string;
  };
}

/**
 * Sends one request over a connection and gives the head of the answer. The connection is closed with the answer:
 * keeping it for another request would pass the guard by.
 * @throws EgressError CONNECTION_FAILED, INVALID_HEADER, or why the signal was aborted
 */
export function exchange(
  socket: Socket,
  target: Target,
  message: Message,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return overConnection(socket, target, signal, ({ done, fail }) => {
    const request = startRequest(requestOptions(socket, target, message), fail);
    if (!request) return;
    const closed = (): void => fail(new Error('the other side closed it without an answer'));
    request
      .on('error', fail)
      .once('close', closed)
      .once('upgrade', () => fail(new Error('the other side changed the protocol')))
      .once('response', (response: IncomingMessage) => {
        request.off('close', closed);
        // Whoever answers before it has read everything may cut the rest off: the answer counts.
        request.off('error', fail).on('error', () => undefined);
        response.once('close', () => socket.destroy());
        done(response);
      })
      .end(message.body);
  });
}

function startRequest(options: RequestOptions, fail: (error: unknown) => void) {
  try {
    return httpRequest(options);
  } catch (error) {
    fail(invalidHeader(error));
    return undefined;
  }
}

/** Node's message names the header and leaves out its value. */
function invalidHeader(error: unknown): unknown {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const isHeader = code === 'ERR_INVALID_CHAR' || code === 'ERR_INVALID_HTTP_TOKEN';
  return isHeader ? new EgressError('INVALID_HEADER', `${message}.`) : error;
}

function requestOptions(socket: Socket, target: Target, message: Message): RequestOptions {
  const { authority, authorization, path, secure } = target;
  // What belongs to the connection is set here, whatever a caller gives.
  const given = Object.entries(message.headers).filter(
    ([name]) => !CONNECTION_HEADERS.has(name.toLowerCase()),
  );
  const defaults = {
    'user-agent': `Sheaf/${programVersion()}`,
    ...(authorization !== undefined && { authorization }),
  };
  const names = new Set(given.map(([name]) => name.toLowerCase()));
  return {
    createConnection: () => socket,
    setHost: false,
    method: message.method,
    path: message.proxy ? `${secure ? 'https' : 'http'}://${message.proxy.authority}${path}` : path,
    headers: {
      host: authority,
      ...Object.fromEntries(Object.entries(defaults).filter(([name]) => !names.has(name))),
      ...Object.fromEntries(given),
      ...message.proxy?.headers,
      ...(message.body !== undefined && { 'content-length': String(Buffer.byteLength(message.body)) }),
    },
  };
}

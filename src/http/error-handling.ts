import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { SheafError } from '../errors.ts';
import { watchAllowedMethods } from './allowed-methods.ts';
import { errorAnswer } from './error-answer.ts';
import { REQUEST_ID_HEADER } from './request-id.ts';

/** Sends the answer to an error. Server-side failures are logged with their stack, the client's own are not. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const answer = errorAnswer(error, request.id);
  if (answer.status >= 500) request.log.error({ err: error }, 'request failed');
  return reply
    .code(answer.status)
    .headers({ ...answer.headers, [REQUEST_ID_HEADER]: request.id })
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(answer.body));
}

/** Installs the only places that make error bodies: the error handler and the not-found handler. */
export function handleErrors(app: FastifyInstance): void {
  const allowed = watchAllowedMethods(app);
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const methods = allowed.of(path);
    if (methods.length > 0) reply.header('allow', methods.join(', '));
    return sendError(unknownRoute(request.method, path, methods), request, reply);
  });
}

function unknownRoute(method: string, path: string, methods: readonly string[]): SheafError {
  if (methods.length > 0) {
    return new SheafError(
      'METHOD_NOT_ALLOWED',
      `${method} is not allowed here; use ${methods.join(' or ')}.`,
    );
  }
  const hint = path.endsWith('/') ? ': the path ends in "/", so an id is missing or the "/" is too much' : '';
  return new SheafError('NOT_FOUND', `Not found${hint}`);
}

const CLIENT_ERROR_STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Answers what is not HTTP, arrives too slowly or has too many headers; no request object exists then. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = CLIENT_ERROR_STATUS[error.code ?? ''] ?? 400;
  const phrase = STATUS_CODES[status] ?? 'Bad Request';
  const body = JSON.stringify({ detail: phrase });
  socket.end(
    `HTTP/1.1 ${status} ${phrase}\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

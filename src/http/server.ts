import type { IncomingMessage, ServerResponse } from 'node:http';

import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type RawServerDefault,
} from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';

import type { Logger } from '../logger.ts';
import type { RequestObserver } from '../model/observations.ts';
import { authenticateRequests, confirmScopes, type Authenticate } from './auth.ts';
import { closeGracefully } from './closing.ts';
import { allowCrossOrigin } from './cors.ts';
import { answerClientError, handleErrors, sendError } from './error-handling.ts';
import { MAX_JSON_BODY_BYTES } from './fastify-errors.ts';
import { readJsonBodies } from './json-body.ts';
import { acceptForms } from './multipart/accept-forms.ts';
import { describeApi } from './openapi.ts';
import { limitRequests, type RateLimit } from './rate-limit.ts';
import { REQUEST_ID_HEADER, requestIdOf } from './request-id.ts';
import { enterLogContext, logRequests, observeRequests } from './request-log.ts';
import { validateRequests } from './validation/request-validation.ts';

/** The server as routes see it: `request.query`, `.body` and `.params` have the types of their schemas. */
export type HttpServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

export interface HttpServerOptions {
  readonly logger: Logger;
  readonly authenticate: Authenticate;
  /** Largest uploaded file, in bytes; `SHEAF_MAX_UPLOAD_BYTES`. */
  readonly maxUploadBytes: number;
  /** Version of the program, for the API description. */
  readonly version: string;
  /** Base under which clients reach the server; `SHEAF_PUBLIC_URL`. */
  readonly publicUrl?: string;
  /** Browser origins that may call the API. Default: all. */
  readonly corsOrigins?: readonly string[];
  /** What running requests get to finish in when the server closes; `SHEAF_STOP_GRACE_SECONDS`. */
  readonly closeGraceMs?: number;
  /** Requests of one key; absent: as many as it likes. `SHEAF_RATE_LIMIT_PER_SECOND` */
  readonly rateLimit?: RateLimit;
  /** Told of every answered request. */
  readonly observer?: RequestObserver;
}

const SECOND = 1000;
/** A whole request, upload included: 512 MiB in an hour is 150 kB/s. */
const REQUEST_TIMEOUT = 3600 * SECOND;
/** A connection on which nothing moves; no answer takes that long to begin, and a stalled upload is dead. */
const CONNECTION_TIMEOUT = 120 * SECOND;
/** Longer than the 60 s after which proxies commonly drop an idle connection, so that they are first. */
const KEEP_ALIVE_TIMEOUT = 75 * SECOND;
/** What running requests get to finish in when the server closes and nobody said otherwise. */
const CLOSE_GRACE = 10 * SECOND;

/**
 * Makes the HTTP server with everything that routes stand on, but no routes of its own except the API's
 * description. Routes come as plugins (`register`), so that the description sees them; then `listen()`.
 * `close()` lets running requests finish for `closeGraceMs` and answers 503 to new ones; it may be called
 * twice.
 */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const loggerInstance: FastifyBaseLogger = options.logger;
  const app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: requestIdOf,
    requestIdHeader: false,
    bodyLimit: MAX_JSON_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT,
    connectionTimeout: CONNECTION_TIMEOUT,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => {
      sendError(error, request, reply);
    },
    clientErrorHandler: answerClientError,
    // A trailing slash means an empty id: the collection must not answer in its place (contract 13.24).
    routerOptions: { ignoreTrailingSlash: false, ignoreDuplicateSlashes: false, maxParamLength: 256 },
  }).withTypeProvider<TypeBoxTypeProvider>();

  // Presenters make exact bodies. A serializer built from the response schema would drop additive fields.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  handleErrors(app);
  readJsonBodies(app);
  app.addHook('onRequest', async (request, reply) => {
    reply.header(REQUEST_ID_HEADER, request.id);
  });
  enterLogContext(app);
  logRequests(app);
  if (options.observer) observeRequests(app, options.observer);
  allowCrossOrigin(app, options.corsOrigins ?? ['*']);
  closeGracefully(app, options.closeGraceMs ?? CLOSE_GRACE);
  authenticateRequests(app, options.authenticate);
  if (options.rateLimit) limitRequests(app, options.rateLimit);
  confirmScopes(app);
  validateRequests(app);
  acceptForms(app, options.maxUploadBytes);
  app.decorate('publicUrl', options.publicUrl);
  describeApi(app, options);
  return app;
}

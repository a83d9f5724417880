import type { FastifyRequest } from 'fastify';

/**
 * The base under which the client reaches this server, without a slash at its end: the configured
 * `SHEAF_PUBLIC_URL`, else what the client itself called.
 */
export function publicBaseUrl(request: FastifyRequest, publicUrl: string | undefined): string {
  return (publicUrl ?? `${request.protocol}://${request.host}`).replace(/\/+$/, '');
}

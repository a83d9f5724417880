import { S3Client } from '@aws-sdk/client-s3';
import type { S3Location } from '../../../model/blob-location.ts';

/** Keys of the operator; without them AWS's own places are looked through (environment, profile, role). */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Bounds of every request, in milliseconds. */
export interface S3Timeouts {
  /** Until there is a connection. */
  readonly connectMs: number;
  /** Until the answer begins, the request's own bytes included. */
  readonly answerMs: number;
  /** Without a byte in either direction. */
  readonly idleMs: number;
}

export const S3_TIMEOUTS: S3Timeouts = { connectMs: 5_000, answerMs: 60_000, idleMs: 30_000 };

/** Tries of one request; waits between them grow from a tenth of a second, and are what the store asks for if it does. */
const MAX_ATTEMPTS = 4;
/** Requests of one process on their way at the same time. */
const MAX_SOCKETS = 128;

/** A client for the place, or for the address under which clients of Sheaf reach it. */
export function createS3Client(
  location: S3Location,
  credentials: S3Credentials | undefined,
  options: { readonly timeouts?: S3Timeouts; readonly endpoint?: string } = {},
): S3Client {
  const endpoint = options.endpoint ?? location.endpoint;
  const { connectMs, answerMs, idleMs } = options.timeouts ?? S3_TIMEOUTS;
  return new S3Client({
    region: location.region,
    forcePathStyle: location.pathStyle,
    maxAttempts: MAX_ATTEMPTS,
    retryMode: 'standard',
    // Many stores know neither trailing checksums nor CRC64. The signature covers the hash of every body that is sent.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: connectMs,
      requestTimeout: answerMs,
      throwOnRequestTimeout: true,
      socketTimeout: idleMs,
      httpAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
      httpsAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
    },
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials && { credentials }),
  });
}

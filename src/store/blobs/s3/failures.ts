import { S3ServiceException } from '@aws-sdk/client-s3';
import { BlobNotFoundError, BlobStoreRefusedError, BlobStoreUnavailableError } from '../port.ts';

/** What a request did, for the operator: never with credentials in it. */
export interface S3Request {
  readonly bucket: string;
  readonly key?: string;
}

/**
 * Runs requests and turns their failures into the port's. The client's own errors carry codes that elsewhere stand for
 * a database that is away, so they stay the cause's cause.
 * @throws BlobNotFoundError, BlobStoreRefusedError, BlobStoreUnavailableError; and what has nothing to do with the store
 */
export async function asking<T>(request: S3Request, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw toPortError(error, request);
  }
}

/** An object is shorter than what was asked of it. */
export class S3RangeError extends Error {
  override readonly name = 'S3RangeError';
}

/** The failure in the port's terms; what has nothing to do with the store, as it is. */
export function toPortError(error: unknown, { bucket, key }: S3Request): unknown {
  if (!(error instanceof Error)) return error;
  if (error instanceof S3ServiceException) {
    const status = error.$metadata.httpStatusCode ?? 0;
    if (key !== undefined && status === 404 && /^(NoSuchKey|NotFound|NoSuchUpload)$/.test(error.name))
      return new BlobNotFoundError(key);
    if (status === 416) return new S3RangeError(error.message);
    const said = `the store answered ${status} ${error.name}${error.message ? `: ${error.message}` : ''}`;
    const mend = mendFor(status, error.name, bucket);
    if (mend) return new BlobStoreRefusedError(`SHEAF_BLOB_URL: ${mend} (${said})`);
    return new BlobStoreUnavailableError(`SHEAF_BLOB_URL: ${said}`, { cause: summary(error) });
  }
  if (error.name === 'CredentialsProviderError') {
    const where = 'set SHEAF_BLOB_ACCESS_KEY_ID and SHEAF_BLOB_SECRET_ACCESS_KEY, or the variables of AWS';
    return new BlobStoreRefusedError(
      `SHEAF_BLOB_URL: no credentials were found; ${where} (${error.message})`,
    );
  }
  if (isNetworkFailure(error)) {
    const message = `SHEAF_BLOB_URL: the store cannot be reached (${error.message || error.name})`;
    return new BlobStoreUnavailableError(message, { cause: summary(error) });
  }
  return error;
}

/** What the operator can do about an answer that time does not change. */
function mendFor(status: number, name: string, bucket: string): string | undefined {
  const wrong = `the credentials are wrong, or may not read, write, list and delete in the bucket ${bucket}`;
  // Some stores answer 404 to a key that they do not know.
  if (/User|AccessKey|Signature|Token/.test(name)) return wrong;
  // An answer without a body has no name of its own.
  if (name === 'NoSuchBucket' || status === 404)
    return `there is no bucket ${bucket}; create it, or correct its name`;
  if (
    status === 301 ||
    status === 307 ||
    name === 'PermanentRedirect' ||
    name === 'AuthorizationHeaderMalformed'
  ) {
    return `the bucket ${bucket} is in another region; set region= (and endpoint=) to its own`;
  }
  if (name === 'RequestTimeTooSkewed')
    return 'the clock of this machine differs from that of the store; set it';
  return status === 401 || status === 403 ? wrong : undefined;
}

const NETWORK_CODES = new Set(
  (
    'ECONNREFUSED ECONNRESET EPIPE ETIMEDOUT EHOSTUNREACH ENETUNREACH EADDRNOTAVAIL ENOTFOUND EAI_AGAIN ' +
    'ERR_STREAM_PREMATURE_CLOSE CERT_HAS_EXPIRED ERR_TLS_CERT_ALTNAME_INVALID DEPTH_ZERO_SELF_SIGNED_CERT ' +
    'SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_VERIFY_LEAF_SIGNATURE'
  ).split(' '),
);

function isNetworkFailure(error: Error): boolean {
  if (error.name === 'TimeoutError' || error.message === 'aborted') return true;
  // An answer that is none of S3's: a proxy's page, half a document.
  if ('$responseBodyText' in error || '$response' in error) return true;
  const { code = '' } = error as NodeJS.ErrnoException;
  return NETWORK_CODES.has(code) || code.startsWith('HPE_');
}

/** The client's errors hold the whole request: only their words are kept. */
function summary(error: Error): Error {
  return new Error(`${error.name}: ${error.message}`);
}

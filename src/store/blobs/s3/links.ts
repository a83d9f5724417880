import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { BlobLink, BlobLinkOptions } from '../port.ts';

/**
 * Signs a link to an object. No request is made.
 * @returns undefined when the credentials that sign it end before it does, as those of a role do
 */
export async function signLink(
  { client, bucket, name }: { readonly client: S3Client; readonly bucket: string; readonly name: string },
  { seconds, contentType, contentDisposition }: BlobLinkOptions,
): Promise<BlobLink | undefined> {
  // Signatures count from whole seconds.
  const signingDate = new Date(Math.floor(Date.now() / 1000) * 1000);
  const expires = new Date(signingDate.getTime() + seconds * 1000);
  const { expiration } = await client.config.credentials();
  if (expiration && expiration < expires) return undefined;
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: name,
    ResponseContentType: contentType,
    ResponseContentDisposition: contentDisposition,
    ResponseCacheControl: 'private',
  });
  return { url: await getSignedUrl(client, command, { expiresIn: seconds, signingDate }), expires };
}

import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { BlobNotFoundError, ForeignBlobsError } from '../port.ts';
import { asking } from './failures.ts';
import type { ObjectScope } from './listing.ts';

/** Says whose blobs lie below a prefix; no key of a blob begins with a dot. */
const MARKER = '.installation';

/**
 * Makes a prefix an installation's. Of two that begin at the same time one wins where the store knows conditional
 * writes; elsewhere the later one, and the earlier finds that at its next start.
 * @throws ForeignBlobsError when it is another's
 */
export async function claimPrefix(scope: ObjectScope, installation: string): Promise<void> {
  if ((await ownerOf(scope)) === undefined) await mark(scope, installation);
  // What was written is read back: the credentials may allow only one of the two.
  if ((await ownerOf(scope)) === installation) return;
  const place = `s3://${scope.bucket}/${scope.prefix}`;
  throw new ForeignBlobsError(place, `${place}${MARKER}`);
}

async function ownerOf({ client, bucket, prefix }: ObjectScope): Promise<string | undefined> {
  const command = new GetObjectCommand({ Bucket: bucket, Key: `${prefix}${MARKER}` });
  try {
    const text = await asking({ bucket, key: MARKER }, async () =>
      (await client.send(command)).Body?.transformToString(),
    );
    return text?.trim();
  } catch (error) {
    if (error instanceof BlobNotFoundError) return undefined;
    throw error;
  }
}

async function mark({ client, bucket, prefix }: ObjectScope, installation: string): Promise<void> {
  const Body = Buffer.from(`${installation}\n`);
  const command = new PutObjectCommand({ Bucket: bucket, Key: `${prefix}${MARKER}`, Body, IfNoneMatch: '*' });
  await asking({ bucket }, () => client.send(command).catch(unlessTaken));
}

/** Somebody else was first: 412, or 409 while theirs is under way. */
function unlessTaken(error: unknown): void {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  if (status !== 412 && status !== 409) throw error;
}

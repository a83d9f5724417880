import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config.ts';
import type { BlobStore } from '../../src/store/blobs/port.ts';
import { openS3Blobs } from '../../src/store/blobs/s3/s3.ts';
import { startS3Server } from '../support/s3-server.ts';

/** Where the blobs of a cluster lie: a service of its own that may be killed. */
export interface ObjectStore extends AsyncDisposable {
  /** The settings with which Sheaf finds it. */
  readonly settings: Readonly<Record<string, string>>;
  /** SIGKILL. @returns false where it is dead already */
  kill(): boolean;
  /** Starts it where it is dead, and waits until it answers. */
  revive(): Promise<void>;
  open(): Promise<BlobStore>;
}

/** A real server that speaks S3, on loopback. */
export async function startObjectStore(): Promise<ObjectStore> {
  const server = await startS3Server();
  const localDirectory = await mkdtemp(join(tmpdir(), 'sheaf-objects-'));
  const settings = server.settings('cluster');
  let dying: Promise<void> = Promise.resolve();
  return {
    settings,
    kill() {
      if (server.pid === undefined) return false;
      dying = server.kill();
      return true;
    },
    async revive() {
      await dying;
      await server.start();
    },
    async open() {
      const { blobUrl } = loadConfig(settings);
      if (blobUrl?.kind !== 's3') throw new Error('the server speaks S3');
      return openS3Blobs({ location: blobUrl, localDirectory, credentials: server.credentials });
    },
    async [Symbol.asyncDispose]() {
      await dying;
      await server.close();
      await rm(localDirectory, { recursive: true, force: true });
    },
  };
}

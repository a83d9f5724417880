import type { BlobStore } from '../../src/store/blobs/port.ts';

/** Where the blobs of a cluster lie: a service of its own that may be killed. */
export interface ObjectStore extends AsyncDisposable {
  /** The settings with which Sheaf finds it. */
  readonly settings: Readonly<Record<string, string>>;
  /** SIGKILL. @returns false where it is dead already, or no process */
  kill(): boolean;
  /** Starts it where it is dead, and waits until it answers. */
  revive(): Promise<void>;
  open(): Promise<BlobStore>;
}

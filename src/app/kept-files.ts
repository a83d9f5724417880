/** Files of the data directory, besides database and blobs, without which a server is not the same. */
export const KEPT_FILES: readonly string[] = ['api-key'];

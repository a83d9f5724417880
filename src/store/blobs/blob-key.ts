/** Whether a text can be the key of a blob: a path of names that any file system and any store takes as they are. */
export function isBlobKey(text: string): boolean {
  return /^[a-z]+(\/[A-Za-z0-9._-]+)+$/.test(text) && !text.includes('..');
}

/** @throws for what is no key */
export function requireBlobKey(key: string): void {
  if (!isBlobKey(key)) throw new Error(`Not a blob key: ${key}`);
}

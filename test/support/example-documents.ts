import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The bytes of one of the sample documents. */
export async function exampleDocument(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const path = fileURLToPath(new URL(`../../examples/documents/${name}`, import.meta.url));
  return new Uint8Array(await readFile(path));
}

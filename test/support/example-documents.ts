import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Where one of the sample documents lies. */
export function exampleDocumentPath(name: string): string {
  return fileURLToPath(new URL(`../../examples/documents/${name}`, import.meta.url));
}

/** The bytes of one of the sample documents. */
export async function exampleDocument(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(exampleDocumentPath(name)));
}

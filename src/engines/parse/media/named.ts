import { extname } from 'node:path';

/** What the name claims, for a sentence about content that is something else. */
export function named(fileName: string): string {
  const extension = extname(fileName).toLowerCase();
  return extension === '' ? '' : ` (its name ends in ${extension})`;
}

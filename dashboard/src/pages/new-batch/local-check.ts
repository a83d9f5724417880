import { formatBytes } from '../../format/numbers.ts';
import type { ChosenFile } from './dropped-files.ts';

/** Endings of what Sheaf reads; the content decides in the end, so that others are only doubted. */
const KNOWN =
  /\.(?:pdf|png|jpe?g|tiff?|webp|gif|bmp|hei[cf]|docx?|pptx?|xlsx?|od[tps]|rtf|epub|html?|xhtml|eml|msg|csv|tsv|txt|md|markdown|xml|json)$/i;

/** What can be said of a file before it is uploaded. */
export interface Doubt {
  readonly path: string;
  /** True: the server would refuse it or its job would fail. */
  readonly fails: boolean;
  readonly text: string;
}

/** @param maxUploadBytes the server's limit, as far as it is known */
export function doubtsOf(files: readonly ChosenFile[], maxUploadBytes: number | undefined): Doubt[] {
  return files.flatMap(({ path, file }): Doubt[] => {
    if (file.size === 0) return [{ path, fails: true, text: 'It is empty.' }];
    if (maxUploadBytes !== undefined && file.size > maxUploadBytes) {
      const text = `It has ${formatBytes(file.size)}; the server takes ${formatBytes(maxUploadBytes)} at most.`;
      return [{ path, fails: true, text }];
    }
    if (!KNOWN.test(path))
      return [{ path, fails: false, text: 'Its ending is of no kind that Sheaf reads.' }];
    return [];
  });
}

/** How many files there are of each ending, the most frequent first. */
export function kindsOf(files: readonly ChosenFile[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { path } of files) {
    const kind = /\.([^./]+)$/.exec(path)?.[1]?.toUpperCase() ?? 'no ending';
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].sort((left, right) => right[1] - left[1]);
}

import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/** A file of the built dashboard. */
export interface BuiltFile {
  /** Absolute. */
  readonly path: string;
  readonly type: string;
  readonly size: number;
  /** The same file compressed with gzip, where that is worth it. */
  readonly gzip?: { readonly path: string; readonly size: number };
}

/** The dashboard as `npm run build` left it. */
export interface BuiltDashboard {
  /** The page that every address of the dashboard begins with. */
  readonly index: string;
  /** By path below the dashboard's folder, with `/` between. Nothing else can be asked for. */
  readonly files: ReadonlyMap<string, BuiltFile>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/**
 * Reads which files there are, once: a request can only name one of them, so that no path leads out of the folder.
 * @returns null when the dashboard has not been built
 */
export async function openBuiltDashboard(directory: string): Promise<BuiltDashboard | null> {
  const index = await readFile(join(directory, 'index.html'), 'utf8').catch(() => null);
  if (index === null) return null;
  const sizes = new Map<string, number>();
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    sizes.set(path, (await stat(path)).size);
  }
  const files = new Map<string, BuiltFile>();
  for (const [path, size] of sizes) {
    const name = path.slice(directory.length + 1).replaceAll(sep, '/');
    if (name === 'index.html' || name.endsWith('.gz')) continue;
    const compressed = sizes.get(`${path}.gz`);
    files.set(name, {
      path,
      type: TYPES[extname(name)] ?? 'application/octet-stream',
      size,
      ...(compressed !== undefined && { gzip: { path: `${path}.gz`, size: compressed } }),
    });
  }
  return { index, files };
}

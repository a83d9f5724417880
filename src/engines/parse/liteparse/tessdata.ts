import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { languagesIn } from './ocr-languages.ts';

const SCOPE = '@tesseract.js-data';
/** Of a package's variants the smaller one reads better and faster here (word recall .847 against .829). */
const VARIANTS = ['4.0.0_best_int', '4.0.0_fast', '4.0.0'];

/**
 * The directory with OCR data: `given` if set, otherwise `cacheDir`, into which the data of every installed package
 * `@tesseract.js-data/<language>` is unpacked once. English comes with Sheaf; a package that is installed beside it,
 * or in the working directory's project, is found without configuration. Undefined when there is no data at all.
 */
export async function prepareTessdata(
  given: string | undefined,
  cacheDir: string,
  packageRoots: readonly string[] = defaultPackageRoots(),
): Promise<string | undefined> {
  if (given !== undefined) return given;
  for (const { name, packed } of installedLanguages(packageRoots)) {
    const target = join(cacheDir, `${name}.traineddata`);
    if (!existsSync(target)) await unpack(packed, target, cacheDir);
  }
  return existsSync(cacheDir) ? cacheDir : undefined;
}

async function unpack(packed: string, target: string, cacheDir: string): Promise<void> {
  await mkdir(cacheDir, { recursive: true });
  const temporary = join(cacheDir, `.${randomUUID()}.tmp`);
  try {
    await writeFile(temporary, await promisify(gunzip)(await readFile(packed)));
    // Several Sheafs on one directory may do this at once; whoever is last wins with the same bytes.
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Every `node_modules` above this file and above the working directory, nearest first. */
function defaultPackageRoots(): readonly string[] {
  const own = createRequire(import.meta.url).resolve.paths(SCOPE) ?? [];
  const project = createRequire(join(resolve('.'), 'package.json')).resolve.paths(SCOPE) ?? [];
  return [...new Set([...own, ...project])];
}

/** Languages whose data is installed as npm packages, with the place that it comes from. */
export function packagedLanguages(roots: readonly string[] = defaultPackageRoots()): string[] {
  return installedLanguages(roots).map(({ name, packed }) => `${name}:${packed.split(/[\\/]/).at(-2)}`);
}

/** Tesseract's names of the languages that {@link prepareTessdata} has data for, without unpacking any. */
export function availableLanguages(given: string | undefined, cacheDir: string): string[] {
  if (given !== undefined) return [...languagesIn(given)];
  const packaged = installedLanguages(defaultPackageRoots()).map(({ name }) => name);
  return [...new Set([...packaged, ...languagesIn(cacheDir)])].toSorted();
}

/** The nearest package of each language. */
function installedLanguages(roots: readonly string[]): { name: string; packed: string }[] {
  const found = new Map<string, string>();
  for (const root of roots) {
    for (const name of directoryEntries(join(root, SCOPE))) {
      const packed = VARIANTS.map((variant) => join(root, SCOPE, name, variant, `${name}.traineddata.gz`));
      const path = packed.find((candidate) => existsSync(candidate));
      if (path !== undefined && !found.has(name)) found.set(name, path);
    }
  }
  return [...found].map(([name, packed]) => ({ name, packed }));
}

function directoryEntries(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** What a child inherits. An allow-list: whatever else Sheaf's environment holds, such as keys, stays with Sheaf. */
const INHERITED = [
  'PATH',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'SystemRoot',
  'LD_LIBRARY_PATH',
  'NODE_EXTRA_CA_CERTS',
];

/** The allowed part of this process's environment. */
export function inheritedEnvironment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {};
  for (const name of INHERITED) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

/**
 * The environment of an engine process. HOME lies inside its own directory because LiteParse looks for PDFium and
 * for OCR data under it; Tesseract on several threads is eight times slower on two cores.
 */
export function childEnvironment(directory: string): NodeJS.ProcessEnv {
  return {
    ...inheritedEnvironment(),
    HOME: directory,
    TMPDIR: directory,
    TEMP: directory,
    TMP: directory,
    OMP_THREAD_LIMIT: '1',
    OMP_NUM_THREADS: '1',
  };
}

/** The child's program, which is TypeScript in the source tree and JavaScript after the build. */
export function childProgram(): { readonly path: string; readonly execArgv: readonly string[] } {
  const isSource = import.meta.url.endsWith('.ts');
  const path = fileURLToPath(new URL(isSource ? './child.ts' : './child.js', import.meta.url));
  if (!isSource) return { path, execArgv: [] };
  const loader = createRequire(import.meta.url).resolve('tsx');
  return { path, execArgv: ['--import', pathToFileURL(loader).href] };
}

// Makes a fresh clone ready to run: installs the dependencies when they are missing or older than the lock file,
// and builds. Plain JavaScript, because nothing is installed yet when it runs.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Sheaf needs Node 20.19 or later; this is ${process.versions.node}.`);
  process.exit(1);
}

/** Runs a command in the project's folder; its failure ends this process. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** npm as a program for spawn; on Windows it is a script that needs a shell. */
const npm = process.platform === 'win32' ? ['npm.cmd', { shell: true }] : ['npm', {}];

/** Installs what the lock file names, without running any package's install script. */
export function ensureInstalled() {
  const marker = join(root, 'node_modules', '.package-lock.json');
  const lock = join(root, 'package-lock.json');
  if (existsSync(marker) && statSync(marker).mtimeMs >= statSync(lock).mtimeMs) return;
  console.log('Installing dependencies …');
  run(npm[0], ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], npm[1]);
}

/** Compiles `src/` to `dist/`, and the dashboard to `dist/dashboard/`; a second build takes only what changed. */
export function ensureBuilt() {
  run(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json']);
  ensureDashboardBuilt();
}

/** Builds the dashboard when any of its sources, or a dependency, is newer than the last build. */
function ensureDashboardBuilt() {
  const built = join(root, 'dist', 'dashboard', 'index.html');
  const folder = join(root, 'dashboard');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) =>
    join(folder, name),
  );
  const newest = Math.max(
    ...[...sources, join(root, 'package-lock.json')].map((path) => statSync(path).mtimeMs),
  );
  if (existsSync(built) && statSync(built).mtimeMs >= newest) return;
  const vite = join('node_modules', 'vite', 'bin', 'vite.js');
  run(process.execPath, [vite, 'build', 'dashboard', '--logLevel', 'warn'], {
    env: { ...process.env, NODE_ENV: 'production' },
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  ensureInstalled();
  ensureBuilt();
}

import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  mkdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

/*
 * An image cannot be built here. Its build stage can be gone through by hand: what it copies, and nothing else, is built.
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'sheaf-image-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
const buildStage = dockerfile.split(/^FROM /m)[1] ?? '';
const sources = [...buildStage.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, names]) =>
  (names ?? '').split(' '),
);

test('what the image copies is there, and is sent to the builder', () => {
  const sent = readFileSync(join(ROOT, '.dockerignore'), 'utf8').trim().split('\n');
  expect(sent[0]).toBe('*');
  expect(new Set(sources)).toEqual(new Set(sent.slice(1).map((line) => line.replace(/^!/, ''))));
  expect(sources.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
});

test('what the image copies is all that a build needs: program and dashboard come out of it', () => {
  for (const name of sources) cpSync(join(ROOT, name), join(directory, name), { recursive: true });
  linkPackages();
  const run = spawnSync(process.execPath, ['scripts/ensure-ready.mjs'], { cwd: directory, encoding: 'utf8' });
  expect(run.status, run.stderr + run.stdout).toBe(0);
  const entry = /^ENTRYPOINT \["node", "\/app\/(.+)"\]$/m.exec(dockerfile)?.[1] ?? '';
  expect(existsSync(join(directory, entry))).toBe(true);
  expect(existsSync(join(directory, 'dist', 'dashboard', 'index.html'))).toBe(true);
  const started = spawnSync(process.execPath, [entry, '--help'], { cwd: directory, encoding: 'utf8' });
  expect(started.stdout).toContain('Usage: sheaf');
}, 180_000);

/** Stands for `npm ci`. Links to each package: whatever is removed there, the packages of this clone stay. */
function linkPackages(): void {
  const packages = join(directory, 'node_modules');
  mkdirSync(packages);
  const installed = readdirSync(join(ROOT, 'node_modules')).filter((entry) => !entry.startsWith('.'));
  for (const name of installed) symlinkSync(join(ROOT, 'node_modules', name), join(packages, name));
  // Newer than the lock file: all is installed.
  writeFileSync(join(packages, '.package-lock.json'), '{}');
}

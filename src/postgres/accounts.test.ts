import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { locateNative } from './native-package.ts';
import { hold, ordinaryUser, postmasterPid, query, running, scratch, start } from './embedded.fixture.ts';
import { NOBODY, isRoot } from './server-user.ts';

const root = isRoot();
const ordinary = ordinaryUser() ?? { uid: -1, gid: -1 };
const ordinaryExists = ordinary.uid !== -1;
/** Nobody is called that, so initdb cannot look the name up. */
const NAMELESS = { uid: 54_321, gid: 54_321 };

function uidOf(pid: number): number {
  return statSync(`/proc/${pid}`).uid;
}

test('the server never runs as root', async () => {
  const dataDir = join(scratch(), 'data');
  await start({ dataDir });
  const pid = postmasterPid(join(dataDir, 'postgres', 'pg18'));
  expect(uidOf(pid)).toBe(root ? NOBODY.uid : process.getuid?.());
});

test.runIf(root)('as root only the database itself changes hands', async () => {
  const dataDir = join(scratch(), 'data');
  mkdirSync(join(dataDir, 'blobs'), { recursive: true });
  await start({ dataDir });
  expect(statSync(dataDir).uid).toBe(0);
  expect(statSync(join(dataDir, 'blobs')).uid).toBe(0);
  expect(statSync(join(dataDir, 'postgres', 'pg18')).uid).toBe(NOBODY.uid);
});

test.runIf(ordinaryExists)('an ordinary user runs it alone, and root goes on with that account', async () => {
  const dataDir = join(scratch(ordinary), 'data');
  const cluster = join(dataDir, 'postgres', 'pg18');
  const holder = hold(dataDir, { user: ordinary });
  const report = await running(holder);
  expect(report.uid).toBe(ordinary.uid);
  expect(uidOf(postmasterPid(cluster))).toBe(ordinary.uid);
  await query(report.connection, 'create table kept as select 1 as one');
  await holder.stop();

  const server = await start({ dataDir });
  expect(uidOf(postmasterPid(cluster))).toBe(ordinary.uid);
  expect(await query(server.connection, 'select one from kept')).toEqual([{ one: 1 }]);
});

test.runIf(ordinaryExists)("an ordinary user is told when the database is another account's", async () => {
  const directory = scratch();
  const dataDir = join(directory, 'data');
  await (await start({ dataDir })).stop();
  const report = await hold(dataDir, { user: ordinary }).report;
  expect(report).toMatchObject({
    error: 'EmbeddedPostgresFailedError',
    message: expect.stringContaining(`belongs to uid ${NOBODY.uid}`) as string,
  });
});

test.runIf(ordinaryExists)('a user without a name is told so, with the mends', async () => {
  const report = await hold(join(scratch(NAMELESS), 'data'), { user: NAMELESS }).report;
  expect(report).toMatchObject({
    error: 'EmbeddedPostgresUnavailableError',
    message: expect.stringMatching(/uid 54321.*\/etc\/passwd.*SHEAF_DATABASE_URL=postgres:\/\//) as string,
  });
});

/** A data directory as below /root: the server's account may not pass. */
function closedDataDir(): { directory: string; dataDir: string } {
  const directory = scratch();
  mkdirSync(join(directory, 'closed', 'data'), { recursive: true });
  chmodSync(join(directory, 'closed'), 0o700);
  return { directory, dataDir: join(directory, 'closed', 'data') };
}

test.runIf(root)('a database that its server could not reach is put elsewhere and found again', async () => {
  const { directory, dataDir } = closedDataDir();
  const relocationBase = join(directory, 'relocated');
  const first = await start({ dataDir, relocationBase });
  await query(first.connection, 'create table kept as select 1 as one');
  await first.stop();
  expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
  const pointer = JSON.parse(readFileSync(join(dataDir, 'postgres-location'), 'utf8')) as { home: string };
  expect(pointer.home.startsWith(`${relocationBase}/`)).toBe(true);

  const second = await start({ dataDir, relocationBase });
  expect(await query(second.connection, 'select one from kept')).toEqual([{ one: 1 }]);
  await second.stop();
  expect(readdirSync(relocationBase)).toHaveLength(1);

  // A copy of the data directory must not write into the original's database.
  const copy = join(directory, 'closed', 'copy');
  cpSync(dataDir, copy, { recursive: true });
  await expect(start({ dataDir: copy, relocationBase })).rejects.toThrow(/is a copy of/);

  // A moved one takes its database along.
  rmSync(copy, { recursive: true });
  renameSync(dataDir, copy);
  const moved = await start({ dataDir: copy, relocationBase });
  expect(await query(moved.connection, 'select one from kept')).toEqual([{ one: 1 }]);
  await moved.stop();

  // And one whose database was deleted says so instead of starting empty.
  rmSync(join(pointer.home, 'pg18'), { recursive: true });
  await expect(start({ dataDir: copy, relocationBase })).rejects.toThrow(/should be in .*not there/);
  rmSync(pointer.home, { recursive: true });
  await expect(start({ dataDir: copy, relocationBase })).rejects.toThrow(/should be in .*not there/);
  expect(readdirSync(relocationBase)).toEqual([]);
});

test.runIf(root)('several Sheafs on one unreachable data directory choose one place', async () => {
  const { directory, dataDir } = closedDataDir();
  const relocationBase = join(directory, 'relocated');
  const holders = [hold(dataDir, { relocationBase }), hold(dataDir, { relocationBase })];
  const reports = await Promise.all(holders.map(running));
  expect(reports.map((report) => report.how).sort()).toEqual(['adopted', 'started']);
  expect(readdirSync(relocationBase)).toHaveLength(1);
});

test.runIf(root)(
  'programs that its account could not reach are copied beside the database, once',
  async () => {
    const directory = scratch();
    const dataDir = join(directory, 'data');
    const installed = join(directory, 'modules', 'package');
    cpSync(join(locateNative(), '..'), installed, { recursive: true });
    chmodSync(join(directory, 'modules'), 0o700);
    const options = { dataDir, nativeDir: join(installed, 'native') };
    const first = await start(options);
    const copies = (): string[] =>
      readdirSync(join(dataDir, 'postgres')).filter((name) => name.startsWith('native-'));
    expect(copies()).toEqual(['native-18.4.0-beta.17']);
    const made = statSync(join(dataDir, 'postgres', 'native-18.4.0-beta.17')).ctimeMs;
    await first.stop();
    mkdirSync(join(dataDir, 'postgres', 'native-17.0.0', 'bin'), { recursive: true });
    await start(options);
    expect(copies()).toHaveLength(1);
    expect(statSync(join(dataDir, 'postgres', 'native-18.4.0-beta.17')).ctimeMs).toBe(made);
  },
);

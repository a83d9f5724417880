import { cpSync, lstatSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { locateNative } from './native-package.ts';
import { postmasterPid, query, scratch, start } from './embedded.fixture.ts';
import { EmbeddedPostgresFailedError } from './embedded.ts';
import { isRunning } from './process-table.ts';

test('a first start makes a cluster, a stop ends the server, and the next start finds the data again', async () => {
  const dataDir = join(scratch(), 'data');
  const cluster = join(dataDir, 'postgres', 'pg18');
  const first = await start({ dataDir });
  expect(first.how).toBe('started');
  await query(first.connection, 'create table kept as select 42 as answer');
  const pid = postmasterPid(cluster);
  await first.stop();
  expect(isRunning(pid)).toBe(false);
  await first.stop();

  const log: string[] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => void log.push(line) });
  const second = await start({ dataDir, logger });
  expect(second.how).toBe('started');
  expect(second.connection).toEqual(first.connection);
  expect(await query(second.connection, 'select answer from kept')).toEqual([{ answer: 42 }]);
  // Nothing was left behind that had to be cleared away or waited for.
  expect(log).toEqual([]);
  await second.stop();
});

test('the server is durable, private and sorts the same everywhere', async () => {
  const dataDir = join(scratch(), 'data');
  const server = await start({ dataDir });
  const [settings] = await query<Record<string, string>>(
    server.connection,
    `select current_setting('fsync') as fsync, current_setting('full_page_writes') as full_page_writes,
            current_setting('data_checksums') as data_checksums, current_setting('server_encoding') as encoding,
            current_setting('listen_addresses') as listen_addresses,
            current_setting('dynamic_shared_memory_type') as shared_memory,
            (select datlocprovider::text || ' ' || datlocale from pg_database where datname = current_database()) as locale,
            (select string_agg(auth_method, ',') from pg_hba_file_rules where auth_method <> 'scram-sha-256') as weak`,
  );
  expect(settings).toEqual({
    fsync: 'on',
    full_page_writes: 'on',
    data_checksums: 'on',
    encoding: 'UTF8',
    listen_addresses: '',
    shared_memory: 'mmap',
    locale: 'b C.UTF-8',
    weak: null,
  });
  const wrong = { ...server.connection, password: 'guess' };
  await expect(query(wrong, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  const home = join(dataDir, 'postgres');
  expect(statSync(server.connection.host).mode & 0o007).toBe(0);
  expect(statSync(join(home, 'pg18', 'sheaf-password')).mode & 0o777).toBe(0o600);
  expect(readdirSync(home).filter((name) => name.startsWith('init-'))).toEqual([]);
});

test('a package whose install script was blocked gets its library links beside the cluster', async () => {
  const directory = scratch();
  const nativeDir = join(directory, 'package', 'native');
  // Without the links that an install script might have made here.
  cpSync(locateNative(), nativeDir, {
    recursive: true,
    filter: (path) => !lstatSync(path).isSymbolicLink() && !path.endsWith('.a'),
  });
  writeFileSync(join(directory, 'package', 'package.json'), '{"version":"18.4.0"}');
  const list = readFileSync(join(nativeDir, 'pg-symlinks.json'), 'utf8');
  const names = (JSON.parse(list) as { target: string }[]).map(({ target }) => basename(target));
  const packaged = readdirSync(join(nativeDir, 'lib'));
  expect(names.filter((name) => packaged.includes(name))).toEqual([]);
  const server = await start({ dataDir: join(directory, 'data'), nativeDir });
  expect(await query(server.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
  if (process.platform !== 'linux') return;
  const made = readdirSync(join(directory, 'data', 'postgres', 'lib'));
  expect(made.sort()).toEqual(names.sort());
  expect(readdirSync(join(nativeDir, 'lib'))).toEqual(packaged);
});

test('two users of one server: the first to leave leaves it running, the last one stops it', async () => {
  const dataDir = join(scratch(), 'data');
  const first = await start({ dataDir });
  const second = await start({ dataDir });
  expect([first.how, second.how]).toEqual(['started', 'adopted']);
  const pid = postmasterPid(join(dataDir, 'postgres', 'pg18'));
  await first.stop();
  expect(await query(second.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
  await second.stop();
  expect(isRunning(pid)).toBe(false);
});

test('two users that leave together do not leave the server behind', async () => {
  const dataDir = join(scratch(), 'data');
  const servers = [await start({ dataDir }), await start({ dataDir }), await start({ dataDir })];
  const pid = postmasterPid(join(dataDir, 'postgres', 'pg18'));
  await Promise.all(servers.map((server) => server.stop()));
  expect(isRunning(pid)).toBe(false);
});

test('a cluster of another version is refused and left alone', async () => {
  const dataDir = join(scratch(), 'data');
  await (await start({ dataDir })).stop();
  const file = join(dataDir, 'postgres', 'pg18', 'PG_VERSION');
  writeFileSync(file, '17\n');
  await expect(start({ dataDir })).rejects.toThrow(/made by PostgreSQL 17.*runs PostgreSQL 18/);
  expect(readFileSync(file, 'utf8')).toBe('17\n');
});

test('a server that cannot start is reported within seconds, with the last words of its log', async () => {
  const dataDir = join(scratch(), 'data');
  await (await start({ dataDir })).stop();
  writeFileSync(join(dataDir, 'postgres', 'pg18', 'postgresql.conf'), 'no_such_setting = 1\n');
  const began = performance.now();
  const failure: unknown = await start({ dataDir }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(EmbeddedPostgresFailedError);
  expect(String(failure)).toMatch(/exit code 1.*no_such_setting/s);
  expect(performance.now() - began).toBeLessThan(15_000);
});

import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { hold, postmasterPid, query, running, scratch, start, waitFor } from './embedded.fixture.ts';
import { isRunning, processesWorkingIn } from './process-table.ts';
import { NOBODY, isRoot } from './server-user.ts';

const answers = (connection: Parameters<typeof query>[0]) => (): Promise<boolean> =>
  query(connection, 'select 1').then(
    () => true,
    () => false,
  );

test('a server left over from a killed Sheaf is adopted, with what it had committed', async () => {
  const dataDir = join(scratch(), 'data');
  const cluster = join(dataDir, 'postgres', 'pg18');
  const killed = hold(dataDir);
  const { connection } = await running(killed);
  await query(connection, 'create table kept as select 1 as one');
  const pid = postmasterPid(cluster);
  await killed.kill();
  expect(isRunning(pid)).toBe(true);

  const server = await start({ dataDir });
  expect(server.how).toBe('adopted');
  expect(postmasterPid(cluster)).toBe(pid);
  expect(await query(server.connection, 'select one from kept')).toEqual([{ one: 1 }]);
  await server.stop();
  expect(isRunning(pid)).toBe(false);
});

test('a killed server is brought back at the same address, by the Sheaf that started it', async () => {
  const dataDir = join(scratch(), 'data');
  const cluster = join(dataDir, 'postgres', 'pg18');
  const reasons: Error[] = [];
  let recoveries = 0;
  const logger = pino(
    { level: 'info' },
    { write: (line: string) => void (line.includes('answers again') && (recoveries += 1)) },
  );
  const onUnexpectedExit = (reason: Error): void => void reasons.push(reason);
  const server = await start({ dataDir, logger, onUnexpectedExit });
  await query(server.connection, 'create table kept as select 1 as one');
  for (const round of [1, 2]) {
    const pid = postmasterPid(cluster);
    process.kill(pid, 'SIGKILL');
    await waitFor('the server to come back', () => recoveries === round);
    expect(reasons).toHaveLength(round);
    expect(postmasterPid(cluster)).not.toBe(pid);
    expect(await query(server.connection, 'select one from kept')).toEqual([{ one: 1 }]);
  }
  await server.stop();
  expect(processesWorkingIn(cluster)).toEqual([]);
});

test('a killed server is brought back by a Sheaf that had adopted it', async () => {
  const dataDir = join(scratch(), 'data');
  const cluster = join(dataDir, 'postgres', 'pg18');
  const first = hold(dataDir);
  await running(first);
  const server = await start({ dataDir });
  expect(server.how).toBe('adopted');
  await first.kill();
  process.kill(postmasterPid(cluster), 'SIGKILL');
  await waitFor('the server to come back', answers(server.connection));
  await server.stop();
  expect(processesWorkingIn(cluster)).toEqual([]);
});

test('a stop while the server is being brought back ends in peace', async () => {
  const dataDir = join(scratch(), 'data');
  const cluster = join(dataDir, 'postgres', 'pg18');
  let lost = false;
  const server = await start({ dataDir, onUnexpectedExit: () => (lost = true) });
  process.kill(postmasterPid(cluster), 'SIGKILL');
  await waitFor('the loss to be noticed', () => lost);
  await server.stop();
  await waitFor('all its processes to end', () => processesWorkingIn(cluster).length === 0);
});

test('a postmaster.pid that names another living program does not keep the server from starting', async () => {
  const dataDir = join(scratch(), 'data');
  const file = join(dataDir, 'postgres', 'pg18', 'postmaster.pid');
  await (await start({ dataDir })).stop();
  // PostgreSQL itself would refuse: the id is taken by a process of its own account.
  const stranger = spawn('sleep', ['600'], isRoot() ? { ...NOBODY, cwd: '/' } : {});
  onTestFinished(() => void stranger.kill('SIGKILL'));
  writeFileSync(file, `${stranger.pid}\n${join(dataDir, 'postgres', 'pg18')}\n1\n5432\n\n\n`);
  const server = await start({ dataDir });
  expect(server.how).toBe('started');
  expect(readFileSync(file, 'utf8')).not.toContain(`${stranger.pid}\n`);
  expect(stranger.exitCode).toBe(null);
  await server.stop();
});

test('an empty postmaster.pid, as a power cut leaves it, does not keep the server from starting', async () => {
  const dataDir = join(scratch(), 'data');
  const file = join(dataDir, 'postgres', 'pg18', 'postmaster.pid');
  await (await start({ dataDir })).stop();
  writeFileSync(file, '');
  utimesSync(file, new Date(0), new Date(0));
  expect((await start({ dataDir })).how).toBe('started');
});

test('what a killed initdb left behind is removed, and what a living one is making is not', async () => {
  const dataDir = join(scratch(), 'data');
  const home = join(dataDir, 'postgres');
  const ended = spawn('true');
  await new Promise((resolve) => ended.once('exit', resolve));
  const { ownIdentity } = await import('./process-table.ts');
  const living = ownIdentity();
  const dead = living.replace(/^\d+/, String(ended.pid));
  for (const identity of [living, dead]) {
    mkdirSync(join(home, `init-${identity}-abc`), { recursive: true });
  }
  await start({ dataDir });
  expect(readdirSync(home).filter((name) => name.startsWith('init-'))).toEqual([`init-${living}-abc`]);
});

test('four Sheafs that start at once on an empty directory share one cluster and one server', async () => {
  const dataDir = join(scratch(), 'data');
  const home = join(dataDir, 'postgres');
  const holders = [hold(dataDir), hold(dataDir), hold(dataDir), hold(dataDir)];
  const reports = await Promise.all(holders.map(running));
  expect(reports.map((report) => report.how).sort()).toEqual(['adopted', 'adopted', 'adopted', 'started']);
  expect(new Set(reports.map((report) => report.connection.password)).size).toBe(1);
  expect(readdirSync(home).filter((name) => name.startsWith('init-'))).toEqual([]);
  const pid = postmasterPid(join(home, 'pg18'));
  await Promise.all(holders.map((holder) => holder.stop()));
  expect(isRunning(pid)).toBe(false);
}, 180_000);

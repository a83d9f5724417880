import { appendFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hold, postmasterPid, query, scratch, start, waitFor } from './embedded.fixture.ts';
import { processesWorkingIn } from './process-table.ts';

/**
 * A cluster whose server answers 57P03 until it is told to end its recovery: a standby without a primary that takes
 * no connections.
 */
async function recoveringCluster(): Promise<{ dataDir: string; cluster: string; endRecovery: () => void }> {
  const dataDir = join(scratch(), 'data');
  const cluster = join(dataDir, 'postgres', 'pg18');
  await (await start({ dataDir })).stop();
  writeFileSync(join(cluster, 'standby.signal'), '');
  appendFileSync(join(cluster, 'postgresql.conf'), "hot_standby = off\nrestore_command = 'false'\n");
  const endRecovery = (): void => {
    writeFileSync(join(cluster, 'promote'), '');
    process.kill(postmasterPid(cluster), 'SIGUSR1');
  };
  return { dataDir, cluster, endRecovery };
}

test('a server that recovers is waited for', async () => {
  const { dataDir, cluster, endRecovery } = await recoveringCluster();
  const starting = start({ dataDir });
  await waitFor('recovery', () => existsSync(join(cluster, 'postmaster.pid')) && postmasterPid(cluster) > 0);
  const first = await Promise.race([starting, waitFor('a while', () => false, 1500).catch(() => 'waiting')]);
  expect(first).toBe('waiting');
  endRecovery();
  const server = await starting;
  expect(server.how).toBe('started');
  expect(await query(server.connection, 'select pg_is_in_recovery() as recovering')).toEqual([
    { recovering: false },
  ]);
});

test('a server that is not ready in time is reported and stopped', async () => {
  const { dataDir, cluster } = await recoveringCluster();
  await expect(start({ dataDir, startTimeoutMs: 1000 })).rejects.toThrow(/not ready after \d s/);
  await waitFor('the server to be gone', () => processesWorkingIn(cluster).length === 0);
});

test('a process that has nothing else to do lives long enough to tell of it', async () => {
  const { dataDir } = await recoveringCluster();
  const { report } = hold(dataDir, { startTimeoutMs: 1000 });
  expect(await report).toMatchObject({ message: expect.stringContaining('was not ready after') });
});

test('an aborted start leaves no server behind', async () => {
  const { dataDir, cluster } = await recoveringCluster();
  const abort = new AbortController();
  const starting = start({ dataDir, signal: abort.signal });
  await waitFor('the server process', () => existsSync(join(cluster, 'postmaster.pid')));
  abort.abort();
  await expect(starting).rejects.toThrow(/abort/);
  expect(existsSync(join(cluster, 'postmaster.pid'))).toBe(false);
});

test('a server whose socket was deleted is restarted', async () => {
  const dataDir = join(scratch(), 'data');
  const cluster = join(dataDir, 'postgres', 'pg18');
  const server = await start({ dataDir });
  const pid = postmasterPid(cluster);
  rmSync(join(server.connection.host, '.s.PGSQL.5432'));
  const other = await start({ dataDir, unreachableAfterMs: 500 });
  expect(postmasterPid(cluster)).not.toBe(pid);
  await waitFor('the first user to reconnect', () =>
    query(server.connection, 'select 1').then(
      () => true,
      () => false,
    ),
  );
  await other.stop();
});

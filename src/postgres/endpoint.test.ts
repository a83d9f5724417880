import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hold, query, running, scratch, start } from './embedded.fixture.ts';
import { settleEndpoint } from './endpoint.ts';
import type { Location } from './location.ts';

function locationIn(home: string): Location {
  mkdirSync(home, { recursive: true });
  return { home, cluster: join(home, 'pg18'), user: undefined, markCreated: () => {} };
}

/** Too long for a socket, which must fit about 100 bytes. */
const LONG = 'a-directory-name-that-is-rather-long-'.repeat(3);

function removeLater(directory: string): void {
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
}

test.skipIf(process.platform === 'win32')(
  'the socket lies beside the cluster when its path fits',
  async () => {
    const location = locationIn(join(scratch(), 'home'));
    const endpoint = await settleEndpoint(location);
    expect(endpoint).toEqual({ host: join(location.home, 'run'), port: 5432 });
    expect(statSync(endpoint.host).mode & 0o777).toBe(0o700);
  },
);

test.skipIf(process.platform === 'win32')(
  'a long path gets a short private directory, and keeps it',
  async () => {
    const location = locationIn(join(scratch(), LONG));
    const first = await settleEndpoint(location);
    removeLater(first.host);
    expect(first.host.length).toBeLessThan(86);
    expect(statSync(first.host).mode & 0o777).toBe(0o700);
    expect(await settleEndpoint(location)).toMatchObject(first);
    rmSync(first.host, { recursive: true });
    expect(await settleEndpoint(location)).toMatchObject(first);

    const elsewhere = await settleEndpoint(location, first);
    removeLater(elsewhere.host);
    expect(elsewhere.host).not.toBe(first.host);
    expect(await settleEndpoint(location)).toMatchObject(elsewhere);
  },
);

test.skipIf(process.platform === 'win32')(
  'a record that came with a copy of the data is not believed',
  async () => {
    const directory = scratch();
    const original = locationIn(join(directory, LONG));
    const chosen = await settleEndpoint(original);
    removeLater(chosen.host);
    const copy = locationIn(join(directory, `${LONG}-copy`));
    const record = readFileSync(join(original.home, 'endpoint.json'), 'utf8');
    writeFileSync(join(copy.home, 'endpoint.json'), record);
    const other = await settleEndpoint(copy);
    removeLater(other.host);
    expect(other.host).not.toBe(chosen.host);
  },
);

test.skipIf(process.platform === 'win32')(
  'a server behind a long path is adopted like any other',
  async () => {
    const directory = scratch();
    chmodSync(directory, 0o755);
    const dataDir = join(directory, 'data', LONG);
    mkdirSync(join(directory, 'data'), { mode: 0o777 });
    const killed = hold(dataDir);
    const { connection } = await running(killed);
    removeLater(connection.host);
    await killed.kill();
    const server = await start({ dataDir });
    expect(server.how).toBe('adopted');
    expect(server.connection).toEqual(connection);
    expect(await query(server.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
  },
);

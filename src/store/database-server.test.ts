import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { openTestDatabase } from '../../test/support/test-database.ts';
import { inspectServer } from './database-server.ts';

const message = (type: string, body: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
};
const int16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

/** Speaks just enough of PostgreSQL's protocol to answer every query with one row. */
async function pretend(columns: Readonly<Record<string, { oid: number; value: string }>>) {
  const fields = Object.entries(columns);
  const ready = message('Z', Buffer.from('I'));
  const described = fields.map(([name, { oid }]) =>
    Buffer.concat([Buffer.from(`${name}\0`), int32(0), int16(0), int32(oid), int16(4), int32(-1), int16(0)]),
  );
  const row = fields.map(([, { value }]) => Buffer.concat([int32(value.length), Buffer.from(value)]));
  const answer = Buffer.concat([
    message('T', Buffer.concat([int16(fields.length), ...described])),
    message('D', Buffer.concat([int16(fields.length), ...row])),
    message('C', Buffer.from('SELECT 1\0')),
    ready,
  ]);
  const server = createServer((socket) => {
    let welcomed = false;
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      if (!welcomed) socket.write(Buffer.concat([message('R', int32(0)), ready]));
      else if (data.toString('latin1', 0, 1) === 'Q') socket.write(answer);
      welcomed = true;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `postgres://u:p@127.0.0.1:${port}/d`,
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('tells the version and the settings of the server of the tests', async () => {
  await using database = await openTestDatabase({ migrated: false });
  const server = await inspectServer(database.connection, 5_000);
  expect(server).toMatchObject({ pooled: false, randomPageCost: 1.1 });
  expect(server.version).toBeGreaterThanOrEqual(15);
});

test('a server that is too old is refused with what to do', async () => {
  await using old = await pretend({
    version: { oid: 23, value: '140012' },
    idle: { oid: 23, value: '60000' },
    cost: { oid: 701, value: '4' },
    folds: { oid: 16, value: 'f' },
    encoding: { oid: 25, value: 'UTF8' },
  });
  await expect(inspectServer({ url: old.url }, 5_000)).rejects.toThrow(
    /leads to PostgreSQL 14; .* 15 or later/,
  );
});

test('what forgets the settings of a session is taken for a pooler', async () => {
  await using pooler = await pretend({
    version: { oid: 23, value: '160004' },
    idle: { oid: 23, value: '0' },
    cost: { oid: 701, value: '4' },
    folds: { oid: 16, value: 'f' },
    encoding: { oid: 25, value: 'UTF8' },
  });
  expect(await inspectServer({ url: pooler.url }, 5_000)).toEqual({
    version: 16,
    pooled: true,
    randomPageCost: 4,
    foldsCase: false,
  });
});

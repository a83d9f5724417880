import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import { newUuid } from '../model/ids.ts';
import { inTransaction } from '../store/transaction.ts';
import type { JobQueue, Ticket } from './port.ts';

let bench: TestServices;
let queue: JobQueue;

beforeAll(async () => {
  bench = await openTestServices();
  queue = bench.services.queue;
});
beforeEach(() => bench.clear());
afterAll(() => bench[Symbol.asyncDispose]());

const enqueue = (tickets: { id: string; priority?: number }[]) =>
  inTransaction(bench.services.db, (tx) => queue.enqueue(tx, 'parse', tickets));
const claim = (limit: number) => inTransaction(bench.services.db, (tx) => queue.claim(tx, 'parse', limit));
const settle = (tickets: Ticket[]) =>
  inTransaction(bench.services.db, (tx) => queue.settle(tx, 'parse', tickets));
const release = (tickets: Ticket[]) =>
  inTransaction(bench.services.db, (tx) => queue.release(tx, 'parse', tickets));
const drop = (ids: string[]) => inTransaction(bench.services.db, (tx) => queue.drop(tx, 'parse', ids));
const revive = (ids: string[]) => inTransaction(bench.services.db, (tx) => queue.revive(tx, 'parse', ids));

/** One ticket in the queue, claimed. */
async function heldTicket(): Promise<Ticket> {
  await enqueue([{ id: newUuid() }]);
  const [ticket] = await claim(1);
  if (!ticket) throw new Error('nothing could be claimed');
  return ticket;
}

describe('enqueue', () => {
  test('of an id that is there already changes nothing, waiting or held', async () => {
    const id = newUuid();
    await enqueue([{ id, priority: 5 }]);
    await enqueue([
      { id, priority: 9 },
      { id: newUuid(), priority: 7 },
    ]);
    const [first, second, ...others] = [...(await claim(1)), ...(await claim(1)), ...(await claim(1))];
    expect(first?.id).not.toBe(id);
    expect(second).toEqual({ id, generation: 0 });
    expect(others).toEqual([]);

    await enqueue([{ id }]);
    expect(await claim(1)).toEqual([]);
    expect(await settle([{ id, generation: 0 }])).toEqual(new Set([id]));
  });

  test('by many transactions at once puts an id in once', async () => {
    const id = newUuid();
    await Promise.all(Array.from({ length: 8 }, () => enqueue([{ id }])));
    expect(await claim(10)).toEqual([{ id, generation: 0 }]);
  });

  test('takes effect when its transaction commits, and not when it rolls back', async () => {
    const id = newUuid();
    const rolledBack = inTransaction(bench.services.db, async (tx) => {
      await queue.enqueue(tx, 'parse', [{ id }]);
      expect(await claim(1)).toEqual([]);
      throw new Error('changed my mind');
    });
    await expect(rolledBack).rejects.toThrow('changed my mind');
    expect(await claim(1)).toEqual([]);
  });

  test('keeps queues apart', async () => {
    await enqueue([{ id: newUuid() }]);
    expect(await inTransaction(bench.services.db, (tx) => queue.claim(tx, 'extract', 1))).toEqual([]);
  });
});

describe('claim', () => {
  test('takes higher priorities first, and of equal ones those that came first', async () => {
    const ids = { low: newUuid(), first: newUuid(), second: newUuid(), high: newUuid() };
    await enqueue([{ id: ids.low, priority: -3 }]);
    await enqueue([{ id: ids.first }]);
    await enqueue([{ id: ids.second }]);
    await enqueue([{ id: ids.high, priority: 4 }]);
    const order: string[] = [];
    for (let i = 0; i < 4; i++) order.push(...(await claim(1)).map((ticket) => ticket.id));
    expect(order).toEqual([ids.high, ids.first, ids.second, ids.low]);
  });

  test('of many at once takes those of the highest priority', async () => {
    const tickets = Array.from({ length: 20 }, (_, index) => ({ id: newUuid(), priority: -index }));
    await enqueue(tickets.toReversed());
    const claimed = await claim(5);
    expect(new Set(claimed.map((ticket) => ticket.id))).toEqual(
      new Set(tickets.slice(0, 5).map((ticket) => ticket.id)),
    );
  });

  test('by many at once gives each ticket to one', async () => {
    await enqueue(Array.from({ length: 60 }, () => ({ id: newUuid() })));
    const claims = await Promise.all(Array.from({ length: 12 }, () => claim(7)));
    const ids = claims.flat().map((ticket) => ticket.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length + (await claim(60)).length).toBe(60);
  });

  test('that is rolled back has not happened', async () => {
    await enqueue([{ id: newUuid() }]);
    const failing = inTransaction(bench.services.db, async (tx) => {
      expect(await queue.claim(tx, 'parse', 1)).toHaveLength(1);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await claim(1)).toMatchObject([{ generation: 0 }]);
  });
});

describe('a ticket that changed hands', () => {
  test('obeys its new holder, and the old one no more', async () => {
    const old = await heldTicket();
    expect(await release([old])).toEqual(new Set([old.id]));
    const [now] = await claim(1);
    expect(now).toEqual({ id: old.id, generation: 1 });

    expect(await queue.heartbeat('parse', [old])).toEqual(new Set());
    expect(await release([old])).toEqual(new Set());
    expect(await settle([old])).toEqual(new Set());
    expect(await queue.heartbeat('parse', [now as Ticket])).toEqual(new Set([old.id]));
    expect(await settle([now as Ticket])).toEqual(new Set([old.id]));
  });

  test('obeys nobody while it waits for its next holder', async () => {
    const old = await heldTicket();
    await release([old]);
    expect(await queue.heartbeat('parse', [old])).toEqual(new Set());
    expect(await settle([old])).toEqual(new Set());
    expect(await release([old])).toEqual(new Set());
    expect(await claim(1)).toEqual([{ id: old.id, generation: 1 }]);
  });

  test('goes up a generation each time, however often', async () => {
    let ticket = await heldTicket();
    for (let generation = 1; generation <= 5; generation++) {
      await release([ticket]);
      const [next] = await claim(1);
      expect(next).toEqual({ id: ticket.id, generation });
      ticket = next as Ticket;
    }
  });

  test('keeps its priority', async () => {
    const important = newUuid();
    await enqueue([{ id: important, priority: 1 }]);
    await release(await claim(1));
    await enqueue([{ id: newUuid() }]);
    expect(await claim(1)).toMatchObject([{ id: important }]);
  });
});

test('settle tells the held ones from the others in one call', async () => {
  const [held, lost] = [await heldTicket(), await heldTicket()];
  await release([lost]);
  expect(await settle([held, lost, { id: newUuid(), generation: 0 }])).toEqual(new Set([held.id]));
  expect(await settle([held])).toEqual(new Set());
  expect(await claim(5)).toEqual([{ id: lost.id, generation: 1 }]);
});

test('a settled ticket can be put in again, as a new one', async () => {
  const ticket = await heldTicket();
  await settle([ticket]);
  await enqueue([{ id: ticket.id }]);
  expect(await claim(1)).toEqual([{ id: ticket.id, generation: 0 }]);
});

test('drop removes tickets that wait and that are held, and minds no unknown ones', async () => {
  const held = await heldTicket();
  const waiting = newUuid();
  await enqueue([{ id: waiting }]);
  await drop([held.id, waiting, newUuid()]);
  expect(await queue.heartbeat('parse', [held])).toEqual(new Set());
  expect(await claim(5)).toEqual([]);
});

test('revive puts a held ticket back whatever its generation, and leaves none behind that was not there', async () => {
  const ticket = await heldTicket();
  await revive([ticket.id, newUuid()]);
  expect(await settle([ticket])).toEqual(new Set());
  expect(await claim(5)).toEqual([{ id: ticket.id, generation: 1 }]);
});

test('nothing to do asks nothing of the database', async () => {
  await enqueue([]);
  expect(await settle([])).toEqual(new Set());
  expect(await release([])).toEqual(new Set());
  expect(await queue.heartbeat('parse', [])).toEqual(new Set());
  await Promise.all([drop([]), revive([])]);
});

test('what is settled leaves no row, so that the queue is as small as the work at hand', async () => {
  await settle([await heldTicket()]);
  const { rows } = await sql<{ n: number }>`select count(*) as n from sheaf_queue.job`.execute(
    bench.services.db,
  );
  expect(rows).toEqual([{ n: 0 }]);
});

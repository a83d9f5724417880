import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { waitUntil } from '../../test/support/sheaf-server.ts';
import { openTestServices } from '../../test/support/test-services.ts';
import { newUuid } from '../model/ids.ts';
import { inTransaction } from '../store/transaction.ts';
import { HEARTBEAT_SECONDS, LEASE_SECONDS, type Ticket } from './port.ts';

test('a holder may miss one heartbeat', () => {
  expect(LEASE_SECONDS).toBeGreaterThan(2 * HEARTBEAT_SECONDS);
});

test('a silent holder loses its ticket, and one that says it is alive does not', async () => {
  await using bench = await openTestServices({ supervise: true });
  const { db, queue } = bench.services;
  const claim = (limit: number) => inTransaction(db, (tx) => queue.claim(tx, 'parse', limit));

  await inTransaction(db, (tx) => queue.enqueue(tx, 'parse', [{ id: newUuid() }, { id: newUuid() }]));
  const [silent, alive] = (await claim(2)) as [Ticket, Ticket];
  await sql`
    update sheaf_queue.job set heartbeat_on = now() - ${LEASE_SECONDS + 1} * interval '1 second'`.execute(db);
  expect(await queue.heartbeat('parse', [alive])).toEqual(new Set([alive.id]));

  const reclaimed: Ticket[] = [];
  await waitUntil(
    async () => {
      reclaimed.push(...(await claim(2)));
      return reclaimed.length > 0;
    },
    15_000,
    'the silent ticket to be claimable again',
  );
  expect(reclaimed).toEqual([{ id: silent.id, generation: 1 }]);
  expect(await inTransaction(db, (tx) => queue.settle(tx, 'parse', [silent, alive]))).toEqual(
    new Set([alive.id]),
  );
});

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addBatch, addProject } from '../../test/support/batch-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import { inTransaction } from './transaction.ts';
import { insertSubscriptions, listBatchSubscriptions, type Subscription } from './webhook-subscriptions.ts';

let bench: TestServices;
let projectId: string;

beforeAll(async () => {
  bench = await openTestServices();
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(bench.services.db);
});
afterAll(() => bench[Symbol.asyncDispose]());

test('subscriptions come back as they were, in order, also more than a statement has parameters', async () => {
  const { db } = bench.services;
  const { id } = await addBatch(bench.services, projectId, 1);
  const bare = { headers: null, signingSecret: null, events: null, outputFormat: 'string' } as const;
  const wished: Subscription[] = [
    { configId: 'whc-1' },
    {
      endpoint: {
        url: 'https://Hooks.example.com:8443/ä?b="c"',
        headers: { authorization: 'Bearer {"x"}' },
        signingSecret: 'whsec, "\\',
        events: ['batch.success', 'a,b', '{}'],
        outputFormat: 'json',
      },
    },
    ...Array.from({ length: 6000 }, (_, index): Subscription => ({
      endpoint: { url: `https://example.com/${index}`, ...bare },
    })),
  ];
  const owner = { batchId: id, jobId: null, scope: 'jobs' } as const;
  await inTransaction(db, (tx) => insertSubscriptions(tx, owner, wished));
  expect(await listBatchSubscriptions(db, id, 'jobs')).toEqual(wished);
  expect(await listBatchSubscriptions(db, id, 'own')).toEqual([]);
  const hosts = await db.selectFrom('webhook_subscriptions').select('host').orderBy('id').limit(2).execute();
  expect(hosts).toEqual([{ host: null }, { host: 'hooks.example.com:8443' }]);
});

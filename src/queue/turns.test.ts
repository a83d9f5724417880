import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addProject, addRunningBatch, claim, ending } from '../../test/support/batch-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import type { Services } from '../services/context.ts';
import { commitEndings, type ClaimedJob } from '../services/run-jobs.ts';

let bench: TestServices;
let services: Services;

beforeAll(async () => {
  bench = await openTestServices();
  ({ services } = bench);
});
beforeEach(() => bench.clear());
afterAll(() => bench[Symbol.asyncDispose]());

async function addLimitedProject(maxRunningJobs: number): Promise<string> {
  const projectId = await addProject(services.db);
  const limits = JSON.stringify({ max_running_jobs: maxRunningJobs });
  await sql`update projects set limits = ${limits}::jsonb where id = ${projectId}`.execute(services.db);
  return projectId;
}

/** Works off jobs as a worker with three hands would. @returns whose each one was, in order */
async function workOff(count: number): Promise<string[]> {
  const order: string[] = [];
  let hands: ClaimedJob[] = [];
  while (order.length < count) {
    hands.push(...(await claim(services, 3 - hands.length)));
    const [first, ...rest] = hands;
    if (!first) break;
    order.push(first.project_id);
    await commitEndings(services, 'parse', [ending(first)]);
    hands = rest;
  }
  return order;
}

const share = (order: readonly string[], projectId: string): number =>
  order.filter((id) => id === projectId).length / order.length;

describe('projects take turns', () => {
  test('whatever their limits are', async () => {
    const [wide, narrow] = [await addLimitedProject(32), await addLimitedProject(4)];
    await addRunningBatch(services, wide, 120);
    await addRunningBatch(services, narrow, 120);
    const order = await workOff(120);
    expect(share(order.slice(40), wide)).toBeGreaterThan(0.4);
    expect(share(order.slice(40), narrow)).toBeGreaterThan(0.4);
  });

  test('and one that comes late neither waits behind a backlog nor takes all for the time it was away', async () => {
    const [early, late] = [await addLimitedProject(8), await addLimitedProject(8)];
    await addRunningBatch(services, early, 150);
    expect(share(await workOff(60), early)).toBe(1);
    await addRunningBatch(services, late, 80);
    const order = await workOff(80);
    expect(order.slice(0, 8)).toContain(late);
    expect(share(order, late)).toBeGreaterThan(0.35);
    expect(share(order, late)).toBeLessThan(0.65);
  });

  test('however small the batches are in which one of them sends its files', async () => {
    const [big, chatty] = [await addLimitedProject(8), await addLimitedProject(8)];
    await addRunningBatch(services, big, 100);
    let ofBig = 0;
    for (let round = 0; round < 12; round++) {
      await addRunningBatch(services, chatty, 4);
      ofBig += (await workOff(6)).filter((id) => id === big).length;
    }
    expect(ofBig / 72).toBeGreaterThan(0.3);
  });
});

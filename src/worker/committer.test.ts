import { afterEach, expect, test } from 'vitest';
import { createGate, type Gate } from '../../test/support/scripted-engine.ts';
import { waitUntil } from '../../test/support/sheaf-server.ts';
import { createLogger } from '../logger.ts';
import type { Ending } from '../services/run-jobs.ts';
import { createCommitter, type Committer } from './committer.ts';

const logger = createLogger({ level: 'silent' });
const DEADLINE_MS = 5_000;

let committer: Committer | undefined;

afterEach(async () => {
  committer?.abandon();
  await committer?.drained();
});

/** An ending that the committer passes on without looking at it. */
const named = (name: string) => ({ job: { id: name }, returned: true }) as unknown as Ending;
const namesOf = (endings: readonly Ending[]): string[] => endings.map((ending) => ending.job.id);

/** Every failed commit of these tests would succeed in a moment. */
const transient = { isTransient: () => true, settled: () => undefined };

/** Commits that wait for their gate, and what each was asked to commit. */
function gatedCommits(more = (): boolean => false) {
  const groups: string[][] = [];
  const gates: Gate[] = [];
  committer = createCommitter(
    async (endings) => {
      groups.push(namesOf(endings));
      const gate = createGate();
      gates.push(gate);
      await gate.opened;
    },
    { logger, more, ...transient },
  );
  return { committer, groups, gates };
}

test('an end is committed at once where no other job runs', async () => {
  const { committer: it, groups, gates } = gatedCommits();
  it.add(named('a'));
  expect(groups).toEqual([['a']]);
  gates[0]?.open();
  await it.drained();
});

test('what arrives during a commit goes into the next, together and in order', async () => {
  const { committer: it, groups, gates } = gatedCommits();
  it.add(named('a'));
  for (const name of ['b', 'c', 'd']) it.add(named(name));
  expect(groups).toEqual([['a']]);
  gates[0]?.open();
  await waitUntil(() => groups.length === 2, DEADLINE_MS, 'the second commit');
  expect(groups[1]).toEqual(['b', 'c', 'd']);
  gates[1]?.open();
  await it.drained();
  expect(groups).toHaveLength(2);
});

test('while other jobs run a group waits a moment for more, and no longer', async () => {
  const { committer: it, groups, gates } = gatedCommits(() => true);
  it.add(named('a'));
  expect(groups).toEqual([]);
  it.add(named('b'));
  await waitUntil(() => groups.length === 1, DEADLINE_MS, 'the commit');
  expect(groups).toEqual([['a', 'b']]);
  gates[0]?.open();
  await it.drained();
});

test('a group that waits for more is committed at once when it is told to hurry', async () => {
  const { committer: it, groups, gates } = gatedCommits(() => true);
  it.add(named('a'));
  it.hurry();
  await new Promise((resolve) => setImmediate(resolve));
  expect(groups).toEqual([['a']]);
  gates[0]?.open();
  await it.drained();
});

test('a commit that fails is tried again with the same ends until it succeeds', async () => {
  const groups: string[][] = [];
  committer = createCommitter(
    async (endings) => {
      groups.push(namesOf(endings));
      if (groups.length < 3) throw new Error('the database is away');
    },
    { logger, more: () => false, ...transient },
  );
  committer.add(named('a'));
  committer.add(named('b'));
  await committer.drained();
  expect(groups).toEqual([['a'], ['a'], ['a'], ['b']]);
});

test('after abandon nothing is tried again, and draining ends', async () => {
  let tries = 0;
  committer = createCommitter(
    async () => {
      tries += 1;
      throw new Error('the database is gone for good');
    },
    { logger, more: () => false, ...transient },
  );
  committer.add(named('a'));
  committer.add(named('b'));
  await waitUntil(() => tries === 1, DEADLINE_MS, 'the first try');
  committer.abandon();
  await committer.drained();
  expect(tries).toBe(1);
  // An end that comes later is given up on as well, and keeps nobody waiting.
  committer.add(named('c'));
  await committer.drained();
  expect(tries).toBe(1);
});

test('there is nothing to drain where nothing was added', async () => {
  const { committer: it } = gatedCommits();
  await it.drained();
});

import type { Random } from '../../scripts/documents/random.ts';
import { STATUSES, type ModelBatch, type ModelQuery } from './batch-model.ts';

/** Batches and questions about them, made from a seed. */

/** What the batches of one table have in common. */
export interface World {
  /** The first is the one whose batches are listed. */
  readonly projectIds: readonly [string, string];
  readonly directories: readonly { readonly id: string; readonly name: string }[];
  /** All batches are made within so many milliseconds: many at the same one. */
  readonly spanMs: number;
}

const START = Date.UTC(2026, 0, 1);
/** Names that begin alike, differ in case, and hold what a pattern would take for more than itself. */
const NAMES = [
  'Invoices',
  'invoices 2026',
  'INV%',
  'inv_',
  'inv\\x',
  '100%',
  'Ärzte',
  'a',
  'archive',
  '%',
  '',
];

export function randomWorld(random: Random, projectIds: readonly [string, string]): World {
  // Sometimes more names than a search lists one by one.
  const count = random.chance(0.15) ? random.integer(300, 340) : random.integer(1, 14);
  const directories = Array.from({ length: count }, (_, index) => ({
    id: `dir-${hexadecimal(random, 6)}`,
    name: count > 100 ? `Run-${index}` : random.pick(NAMES),
  }));
  return { projectIds, directories, spanMs: random.pick([1, 3, 20, 200]) };
}

/** As many batches as a table begins with: so many names need more. */
export function initialBatches(random: Random, world: World): ModelBatch[] {
  const count = world.directories.length > 100 ? random.integer(1300, 1600) : random.integer(0, 150);
  return randomBatches(random, world, count);
}

export function randomBatches(random: Random, world: World, count: number): ModelBatch[] {
  return Array.from({ length: count }, () => {
    const directory = random.pick(world.directories);
    return {
      id: `bat-${random.pick(['01', '0a', 'ff'])}${hexadecimal(random, 10)}`,
      projectId: random.chance(0.8) ? world.projectIds[0] : world.projectIds[1],
      status: random.pick(STATUSES),
      directoryId: directory.id,
      directoryName: directory.name,
      createdAt: randomTime(random, world),
    };
  });
}

/** Each filter is there or not; together they often leave little, sometimes nothing. */
export function randomQuery(random: Random, world: World, batches: readonly ModelBatch[]): ModelQuery {
  const after = new Date(randomTime(random, world));
  const before = new Date(randomTime(random, world));
  return {
    ...(random.chance(0.3) && { status: random.pick(STATUSES) }),
    ...(random.chance(0.25) && {
      sourceDirectoryId: random.chance(0.9) ? random.pick(world.directories).id : 'dir-unknown',
    }),
    ...(random.chance(0.25) && { createdAtOnOrAfter: after }),
    ...(random.chance(0.25) && { createdAtOnOrBefore: before }),
    ...(random.chance(0.35) && { q: randomSearch(random, world, batches) }),
  };
}

/** The beginning of something that is there, in some case of letters, or of nothing. */
function randomSearch(random: Random, world: World, batches: readonly ModelBatch[]): string {
  const kind = random.next();
  const upTo = (text: string, least: number): string =>
    text.slice(0, random.integer(Math.min(least, text.length), text.length));
  if (kind < 0.3 && batches.length > 0) return upTo(random.pick(batches).id, 4);
  if (kind < 0.4) return random.pick(['%', '_', 'inv\\', 'bat', 'zzz', 'bat-%', 'run-1_']);
  const text = upTo(random.pick(world.directories).name, 1) || 'x';
  return random.pick([text, text.toUpperCase(), text.toLowerCase()]);
}

function randomTime(random: Random, world: World): number {
  return START + random.integer(0, world.spanMs);
}

function hexadecimal(random: Random, digits: number): string {
  return Array.from({ length: digits }, () => random.integer(0, 15).toString(16)).join('');
}

import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openTestDatabase } from '../../test/support/test-database.ts';
import { migrate, NewerSchemaError } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';

test('brings an empty database up to date, and then finds nothing to do', async () => {
  await using database = await openTestDatabase({ migrated: false });
  expect(await migrate(database.db)).toEqual(Object.keys(MIGRATIONS));
  expect(await migrate(database.db)).toEqual([]);
  await expect(database.db.selectFrom('batches').selectAll().execute()).resolves.toEqual([]);
});

test('may be run by many processes at once', async () => {
  await using database = await openTestDatabase({ migrated: false });
  const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(database.db)));
  expect(applied.flat()).toEqual(Object.keys(MIGRATIONS));
});

test('refuses a database that a newer program has migrated', async () => {
  await using database = await openTestDatabase();
  await sql`insert into schema_migrations (name, timestamp) values ('9999-from-the-future', 'later')`.execute(
    database.db,
  );
  await expect(migrate(database.db)).rejects.toThrow(NewerSchemaError);
  await expect(migrate(database.db)).rejects.toThrow(/9999-from-the-future/);
});

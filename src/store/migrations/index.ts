import type { Kysely } from 'kysely';
import * as first from './0001-first.ts';
import * as webhooks from './0002-webhooks.ts';
import * as files from './0003-files.ts';
import * as directoryFiles from './0004-directory-files.ts';
import * as retention from './0005-retention.ts';
import * as parseJobs from './0006-parse-jobs.ts';
import * as admin from './0007-admin.ts';
import * as goingBatches from './0008-going-batches.ts';
import * as extractJobs from './0009-extract-jobs.ts';
import * as programs from './0010-programs.ts';
import * as leanJobs from './0011-lean-jobs.ts';

/** One step of the schema. */
export interface MigrationStep {
  /** Runs in a transaction, with a short timeout for locks. */
  readonly up?: (db: Kysely<unknown>) => Promise<void>;
  /**
   * Indexes on tables that are in use, built before `up` without keeping anybody from writing. `on` is what follows
   * `create index … on`.
   */
  readonly indexes?: readonly { readonly name: string; readonly on: string }[];
}

/**
 * Every migration by name, in order. Only `up`: a database is never taken back, because a newer program's
 * data may not fit an older schema; restore a backup instead.
 */
export const MIGRATIONS: Readonly<Record<string, MigrationStep>> = {
  '0001-first': first,
  '0002-webhooks': webhooks,
  '0003-files': files,
  '0004-directory-files': directoryFiles,
  '0005-retention': retention,
  '0006-parse-jobs': parseJobs,
  '0007-admin': admin,
  '0008-going-batches': goingBatches,
  '0009-extract-jobs': extractJobs,
  '0010-programs': programs,
  '0011-lean-jobs': leanJobs,
};

/**
 * The newest of these that a program has to know in order to work with the schema after all of them. A migration that
 * only adds (a table, a column with a default, an index) leaves this as it is, so that older programs may go on during a
 * rolling upgrade; one that renames, removes or forbids what older programs use puts its own name here, and is then
 * refused while such programs run.
 */
export const OLDEST_PROGRAM: keyof typeof MIGRATIONS = '0011-lean-jobs';

import type { Migration } from 'kysely';
import * as first from './0001-first.ts';
import * as webhooks from './0002-webhooks.ts';
import * as files from './0003-files.ts';
import * as directoryFiles from './0004-directory-files.ts';
import * as retention from './0005-retention.ts';
import * as parseJobs from './0006-parse-jobs.ts';
import * as admin from './0007-admin.ts';
import * as goingBatches from './0008-going-batches.ts';
import * as extractJobs from './0009-extract-jobs.ts';

/**
 * Every migration by name, in order. Only `up`: a database is never taken back, because a newer program's
 * data may not fit an older schema; restore a backup instead.
 */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-first': first,
  '0002-webhooks': webhooks,
  '0003-files': files,
  '0004-directory-files': directoryFiles,
  '0005-retention': retention,
  '0006-parse-jobs': parseJobs,
  '0007-admin': admin,
  '0008-going-batches': goingBatches,
  '0009-extract-jobs': extractJobs,
};

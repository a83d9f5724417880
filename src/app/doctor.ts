import { openModel } from '../app.ts';
import type { Config } from '../config.ts';
import { createLogger, type Logger } from '../logger.ts';
import { hasEmbeddedDatabase } from '../postgres/location.ts';
import { openDatabase, type DatabaseHandle } from '../store/database.ts';
import { checkClock, checkDatabase, checkMigrations } from './doctor/database.ts';
import { openBlobs } from './open-blobs.ts';
import { openConnection } from './open-database.ts';
import { openParts } from './open-parts.ts';
import { attempt, failed, without, type Finding } from './doctor/finding.ts';
import { checkEgress, checkModelEndpoint } from './doctor/outside.ts';
import { checkLibreOffice, checkOcrData, checkParsing } from './doctor/parsing.ts';
import { checkBlobs, checkDiskSpace } from './doctor/storage.ts';

const DATABASE_BOUNDS = { maxConnections: 2 };

/**
 * Looks at everything that a server with this configuration needs, beside a running one or without. Nothing is changed:
 * an embedded database is started if none runs, and then stopped again; none is made, and no migration is applied.
 */
export async function examine(config: Config, tell: (finding: Finding) => void): Promise<Finding[]> {
  const logger = createLogger({ level: 'silent' });
  const findings: Finding[] = [];
  const note = async (finding: Finding | Promise<Finding>): Promise<void> => {
    const found = await finding;
    findings.push(found);
    tell(found);
  };
  await openParts(logger, async (closers, close) => {
    const database = await reach(config, logger, closers);
    if ('state' in database) await note(database);
    else {
      await note(attempt('database', () => checkDatabase(database)));
      await note(attempt('migrations', () => checkMigrations(database, config)));
      await note(attempt('clock', () => checkClock(database)));
    }
    await note(
      attempt('blobs', async () => {
        const blobs = await openBlobs(config);
        closers.push(() => blobs.close());
        return checkBlobs(blobs);
      }),
    );
    await note(attempt('disk space', () => checkDiskSpace(config)));
    await note(attempt('parsing', () => checkParsing(config, logger)));
    await note(attempt('OCR data', () => checkOcrData(config)));
    await note(attempt('LibreOffice', () => checkLibreOffice(config)));
    await note(attempt('model', () => checkModelEndpoint(config, openModel(config, logger))));
    await note(attempt('egress', () => checkEgress(config)));
    await close();
  });
  return findings;
}

async function reach(
  config: Config,
  logger: Logger,
  closers: (() => Promise<void>)[],
): Promise<DatabaseHandle | Finding> {
  if (config.databaseUrl === undefined && !hasEmbeddedDatabase(config.dataDir))
    return without('database', `none in ${config.dataDir} yet`, 'the first `sheaf serve` makes one');
  try {
    const { connection } = await openConnection(config, logger, closers);
    const handle = openDatabase(connection, { ...DATABASE_BOUNDS, logger });
    closers.push(handle.close);
    return handle;
  } catch (error) {
    return failed('database', (error as Error).message, 'mend what the message says, then look again');
  }
}

export type { Finding };

import { sql } from '/work/main/node_modules/kysely/dist/esm/index.js';
import { createLogger } from '/work/main/src/logger.ts';
import { startEmbeddedPostgres } from '/work/main/src/postgres/embedded.ts';
import { openDatabase } from '/work/main/src/store/database.ts';
import { migrate } from '/work/main/src/store/migrate.ts';
import { openDefaultProject } from '/work/main/src/services/projects.ts';
import { fillBatches } from '/work/main/bench/list-data.ts';
const logger = createLogger({ level: 'warn' });
const pg = await startEmbeddedPostgres({ dataDir: '/tmp/explore/data', logger });
const admin = openDatabase(pg.connection, { maxConnections: 2, logger });
for (const rows of process.argv.slice(2).map(Number)) {
  await sql.raw(`drop database if exists n${rows}`).execute(admin.db);
  await sql.raw(`create database n${rows}`).execute(admin.db);
  const d = openDatabase({ ...pg.connection, database: `n${rows}` }, { maxConnections: 2, logger });
  await migrate(d.db);
  const project = await openDefaultProject(d.db);
  const t = Date.now();
  await fillBatches(d.db, project.id, rows);
  console.log(rows, (Date.now() - t) / 1000, 's');
  const r = await sql`select status, count(*) from batches where project_id=${project.id} group by 1`.execute(d.db);
  console.log(JSON.stringify(r.rows));
  const r2 = await sql`select relname, pg_size_pretty(pg_relation_size(oid)) s from pg_class where relname like 'batches%' or relname like 'directories%'`.execute(d.db);
  console.log(r2.rows.map((x:any)=>x.relname+' '+x.s).join(', '));
  await d.close();
}
console.log(JSON.stringify(pg.connection));
await admin.close();
await pg.stop();

import pg from 'pg';
import { createLogger } from '../src/logger.ts';
import { startEmbeddedPostgres } from '../src/postgres/embedded.ts';
import { readFileSync } from 'node:fs';
const logger = createLogger({ level: 'warn' });
const server = await startEmbeddedPostgres({ dataDir: '/tmp/explore/data', logger });
const [db, file, mode] = process.argv.slice(2);
const c = new pg.Client({ ...server.connection, database: db! });
await c.connect();
const one = async (s: string, a: unknown[] = []) => (await c.query(s, a)).rows;
const P = (await one(`select id from projects where is_default`))[0].id;
const dir = async (name: string) => (await one(`select id from directories where project_id=$1 and name=$2`, [P, name]))[0]?.id;
const vars: Record<string,string> = { P: `'${P}'::uuid`, INV: `'${await dir('invoices')}'`, QUIET: `'${await dir('quiet')}'` , MID: (await one(`select created_at from batches where project_id=$1 order by created_at limit 1 offset (select count(*)/2 from batches where project_id=$1)`,[P])).map((r:any)=>`'${r.created_at.toISOString()}'::timestamptz`)[0]!};
for (const raw of readFileSync(file!, 'utf8').split(/;\s*\n/)) {
  const s = raw.trim(); if (!s) continue;
  const q = s.replace(/:([A-Z]+)/g, (_, n) => vars[n] ?? `:${n}`);
  if (/^(create|drop|vacuum|set|alter|analyze|reset|update)/i.test(q)) { const t = performance.now(); await c.query(q); console.log(q.slice(0, 100), (performance.now() - t).toFixed(0) + 'ms'); continue; }
  const times: number[] = [];
  let rows = 0; let first: unknown;
  for (let i = 0; i < Number(process.env.N ?? 40); i++) { const t = performance.now(); const r = await c.query(q); times.push(performance.now() - t); rows = r.rows.length; first = r.rows[0]; }
  times.sort((a, b) => a - b);
  console.log(`\n${s.replace(/\s+/g, ' ').slice(0, 200)}\n  p50 ${times[times.length >> 1]!.toFixed(2)} ms, max ${times.at(-1)!.toFixed(1)}, rows ${rows} ${rows === 1 ? JSON.stringify(first).slice(0, 100) : ''}`);
  if (mode === 'plan') { const e = await c.query(`explain (analyze, buffers, timing off, costs on) ${q}`); console.log(e.rows.map((r: any) => '    ' + r['QUERY PLAN']).join('\n')); }
}
await c.end();
await server.stop();

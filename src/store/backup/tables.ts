import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A table as a backup knows it. */
export interface BackedUpTable {
  readonly name: string;
  readonly columns: readonly string[];
}

/** A sequence of an identity column, and where it stands. */
export interface BackedUpSequence {
  readonly name: string;
  readonly value: number;
}

/** Text of COPY that goes into one entry, before it is packed. */
const CHUNK_BYTES = 8 * 1024 * 1024;

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/**
 * The tables of the domain, each behind those that it refers to. The queue is not among them: what belongs into it
 * follows from the domain, and every worker's sweep puts it there.
 */
export async function listTables(client: pg.ClientBase): Promise<BackedUpTable[]> {
  const { rows } = await client.query<{ name: string; columns: string[]; refers: string[] }>(`
    select c.relname as name,
      (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
      coalesce((select array_agg(distinct r.relname::text) from pg_constraint k join pg_class r on r.oid = k.confrelid
        where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid), '{}') as refers
    from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
      and not c.relispartition and c.relname not like 'schema_migrations%'
    order by c.relname`);
  const sorted: typeof rows = [];
  while (sorted.length < rows.length) {
    const next = rows.filter(
      (row) =>
        !sorted.includes(row) && row.refers.every((name) => sorted.some((placed) => placed.name === name)),
    );
    if (next.length === 0)
      throw new Error('Tables refer to each other in a circle: they cannot be backed up');
    sorted.push(...next);
  }
  return sorted.map(({ name, columns }) => ({ name, columns }));
}

export async function listSequences(client: pg.ClientBase): Promise<BackedUpSequence[]> {
  const { rows } = await client.query<{ name: string; value: number | string }>(`
    select sequencename as name, last_value as value from pg_sequences
    where schemaname = current_schema() and last_value is not null`);
  return rows.map(({ name, value }) => ({ name, value: Number(value) }));
}

/** A table's rows as COPY writes them, in packed chunks of whole lines. */
export async function* copyOut(client: pg.ClientBase, table: BackedUpTable): AsyncGenerator<Buffer> {
  const stream = client.query(copyTo(`copy ${spec(table)} to stdout`));
  let waiting: Buffer[] = [];
  let size = 0;
  // Each piece that comes is one or more whole lines.
  for await (const piece of stream as AsyncIterable<Buffer>) {
    waiting.push(piece);
    size += piece.length;
    if (size < CHUNK_BYTES || piece.at(-1) !== LINE_END) continue;
    yield await pack(Buffer.concat(waiting));
    waiting = [];
    size = 0;
  }
  if (size > 0) yield await pack(Buffer.concat(waiting));
}

const LINE_END = 10;

/** Puts one chunk of rows into a table. */
export async function copyIn(client: pg.ClientBase, table: BackedUpTable, chunk: Buffer): Promise<void> {
  const rows = await unpack(chunk);
  await pipeline(Readable.from([rows]), client.query(copyFrom(`copy ${spec(table)} from stdin`)));
}

function spec({ name, columns }: BackedUpTable): string {
  return `${quoted(name)} (${columns.map(quoted).join(', ')})`;
}

/** A name inside SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

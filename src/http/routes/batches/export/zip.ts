import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { ArchiveNames } from '../../../../model/archive-name.ts';
import type { ExportedFile, ExportedSections } from '../../../../services/export-batch.ts';
import { openSpool } from '../../../../services/spool.ts';
import { presentBatchFile } from '../present-file.ts';

/**
 * An archive of all results, with `index.jsonl` last: a line for every file, read or not, and what of it is in the archive.
 * One document is open at a time. An archive that cannot be finished breaks off.
 * @param spoolDirectory holds the index while the archive is written
 */
export function exportZip(files: AsyncIterable<ExportedFile>, spoolDirectory: string): Readable {
  const zip = new ZipFile();
  // yazl's own stream is a Node stream, whatever its types call it.
  const output = zip.outputStream as Readable;
  const closed = new Promise<never>((_, reject) => {
    output.once('close', () => reject(new Error('The archive was closed before its end')));
  });
  closed.catch(() => undefined);
  zip.on('error', (error: Error) => output.destroy(error));
  void fill(zip, files, spoolDirectory, closed).catch((error: unknown) =>
    output.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return output;
}

async function fill(
  zip: ZipFile,
  files: AsyncIterable<ExportedFile>,
  spoolDirectory: string,
  closed: Promise<never>,
): Promise<void> {
  const names = new ArchiveNames();
  await using index = await openSpool(spoolDirectory);
  for await (const { row, sections } of files) {
    const paths: string[] = [];
    if (sections) {
      const name = `documents/${names.next(row.display_name)}`;
      for (const [ending, pieces] of entriesOf(sections)) {
        await addEntry(zip, `${name}${ending}`, pieces, closed);
        paths.push(`${name}${ending}`);
      }
    }
    await index.write(`${JSON.stringify({ ...presentBatchFile(row), paths })}\n`);
  }
  await addEntry(zip, 'index.jsonl', index.read(), closed);
  zip.end();
}

type Pieces = AsyncIterable<string | Buffer>;

function entriesOf(sections: ExportedSections): (readonly [ending: string, pieces: Pieces])[] {
  if (sections.kind === 'extract') return [['.json', joinJson(sections, ['data', 'field_metadata'])]];
  return [
    ['.md', sections.text('markdown')],
    ['.txt', sections.text('text')],
    ['.json', joinJson(sections, ['text', 'markdown', 'items', 'metadata'])],
  ];
}

async function* joinJson(
  sections: ExportedSections,
  names: readonly string[],
): AsyncGenerator<string | Buffer> {
  for (const [index, name] of names.entries()) {
    yield `${index === 0 ? '{' : ','}"${name}":`;
    yield* sections.json(name) ?? ['null'];
  }
  yield '}';
}

/** Resolves when the last byte of the entry has been taken. */
async function addEntry(zip: ZipFile, path: string, pieces: Pieces, closed: Promise<never>): Promise<void> {
  const stream = Readable.from(pieces, { objectMode: false });
  const taken = new Promise<void>((resolve, reject) => {
    stream.once('end', resolve);
    stream.once('error', reject);
  });
  zip.addReadStream(stream, path);
  try {
    await Promise.race([taken, closed]);
  } finally {
    stream.destroy();
  }
}

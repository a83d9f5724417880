import type { ExportedFile } from '../../../../services/export-batch.ts';
import { presentBatchFile } from '../present-file.ts';

const QUOTE = '"';

/** A line of JSON for each file: its row, and what was read, piece by piece. */
export async function* exportJsonl(files: AsyncIterable<ExportedFile>): AsyncGenerator<string | Buffer> {
  for await (const { row, sections } of files) {
    yield JSON.stringify(presentBatchFile(row)).slice(0, -1);
    if (!sections)
      yield row.job_id?.startsWith('ext-') ? ',"data":null,"field_metadata":null' : ',"markdown":null';
    else if (sections.kind === 'parse') {
      yield `,"markdown":${QUOTE}`;
      yield* escaped(sections.text('markdown'));
      yield QUOTE;
    } else {
      yield ',"data":';
      yield* sections.json('data') ?? ['null'];
      yield ',"field_metadata":';
      yield* sections.json('field_metadata') ?? ['null'];
    }
    yield '}\n';
  }
}

/** Text as the inside of a JSON string; characters may be split between pieces. */
async function* escaped(text: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const piece of text) yield JSON.stringify(decoder.decode(piece, { stream: true })).slice(1, -1);
  yield JSON.stringify(decoder.decode()).slice(1, -1);
}

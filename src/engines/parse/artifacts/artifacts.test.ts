import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EngineBench, type Success } from '../fixtures/engine-bench.ts';
import { illustratedPdf } from '../fixtures/illustrated-pdf.ts';
import type { ResultPart, StoredImage } from '../../../model/parse-result.ts';

let bench: EngineBench;
let pdf: Buffer;
beforeAll(async () => {
  bench = new EngineBench();
  pdf = await illustratedPdf();
});
afterAll(() => bench.close());

test('dump', async () => {
  const r = await bench.parseWell(pdf, {
    output_options: {
      images_to_save: ['embedded', 'screenshot', 'layout'],
      additional_outputs: ['stripped_md', 'concatenated_stripped_txt', 'word_bbox'],
      granular_bboxes: ['cell', 'line', 'word'],
      tables_as_spreadsheet: { enable: true },
      save_output_pdf: true,
    },
  });
  console.log(JSON.stringify(r.summary), JSON.stringify(r.parts), JSON.stringify(r.joined));
  const part = (n: ResultPart) => partOf(r, n);
  for (const n of ['forms', 'images', 'stripped_md', 'concatenated_stripped_txt'] as const) console.log(n, part(n)?.toString());
  console.log(part('grounded_items')?.toString().slice(0, 9000));
  console.log(part('raw_words')?.toString().slice(0, 300));
  console.log(r.read.markdown.pages[0]?.markdown);
  (await import('node:fs')).writeFileSync('/tmp/art.xlsx', part('xlsx')!);
  for (const line of part('images')!.toString().trim().split('\n')) {
    const i = JSON.parse(line) as StoredImage;
    (await import('node:fs')).writeFileSync('/tmp/art_' + i.filename, part('image_bytes')!.subarray(i.at, i.at + i.size_bytes));
  }
});

function partOf({ packPath, parts }: Success, name: ResultPart): Buffer | undefined {
  const range = parts?.[name];
  return range && readFileSync(packPath).subarray(range.offset, range.offset + range.length);
}

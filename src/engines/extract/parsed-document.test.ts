import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ArtifactWriter } from '../parse/artifacts/artifact-writer.ts';
import { PackWriter } from '../parse/pack-writer.ts';
import { placedPage } from './fixtures/placed-pages.ts';
import { documentOfPages, readParsedDocument } from './parsed-document.ts';

const ARTIFACTS = {
  imagesToSave: new Set<never>(),
  inlineImages: false,
  additionalOutputs: new Set(['word_bbox']),
  granularBoxes: new Set(['cell']),
  tablesAsSpreadsheet: false,
  guessSheetName: false,
  saveOutputPdf: false,
};

test('a stored parse is read as the pages it was made of', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sheaf-parsed-document-'));
  try {
    const cell = { x: 50, y: 90, w: 40, h: 10 };
    const page = placedPage(1, [
      [50, 40, 'Order No:'],
      [200, 40, 'A-1'],
    ]);
    const table = {
      type: 'table',
      rows: [['Rope']],
      md: '',
      html: '',
      csv: '',
      boxes: [cell],
      cellBoxes: [[cell]],
    } as const;
    const pages = [
      { ...page, items: [...page.items, table], confidence: 0.8 },
      {
        ...placedPage(2, [[50, 40, 'Signed']]),
        fields: [{ kind: 'checkbox', id: 'a.b', label: 'Agreed', value: true, boxes: [cell] } as const],
      },
    ];
    const writer = new PackWriter(directory);
    const artifacts = new ArtifactWriter(ARTIFACTS, writer);
    for (const one of pages) {
      writer.add(one);
      artifacts.add(one);
    }
    writer.add({ success: false, pageNumber: 3, error: 'It could not be read.' });
    artifacts.add({ success: false, pageNumber: 3, error: 'It could not be read.' });
    artifacts.finish({ offers: ['words'] } as never);
    const read = readParsedDocument(writer.finish());
    expect(read.pages).toHaveLength(3);
    expect(JSON.parse(JSON.stringify(read.pages.slice(0, 2)))).toEqual(
      JSON.parse(JSON.stringify(documentOfPages(pages).pages)),
    );
    expect(read.pages[2]).toMatchObject({ pageNumber: 3, lines: [], items: [] });
    expect(read.pages[0]?.lines[0]?.segments.map((segment) => segment.text)).toEqual(['Order No:', 'A-1']);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

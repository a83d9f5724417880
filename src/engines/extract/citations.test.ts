import { expect, test } from 'vitest';
import type { Word } from '../../model/document.ts';
import { extractByRules } from './extract-by-rules.ts';
import { placedPage, schemaOf } from './fixtures/placed-pages.ts';
import { documentOfPages } from './parsed-document.ts';

const SCHEMA = schemaOf({ reference_number: { type: 'string' }, total: { type: 'number' } });

/** A scanned page of which OCR is so sure, and so sure of each word. */
function scanned(confidences: readonly [page: number, number: number | undefined, total: number]) {
  const [page, number, total] = confidences;
  const word = (x: number, y: number, text: string, confidence: number | undefined): Word => {
    const box = { x, y, w: text.length * 5, h: 10 };
    return { text, box, ...(confidence !== undefined && { confidence }) };
  };
  const words = [
    word(50, 100, 'Reference', 0.97),
    word(100, 100, 'number:', 0.97),
    word(150, 100, '5839', number),
    word(50, 130, 'Total:', 0.97),
    word(100, 130, '412.50', total),
  ];
  return documentOfPages([placedPage(1, [], { words, source: 'ocr', confidence: page })]);
}

test('what OCR says of a word goes before what it says of the page, where that is less', () => {
  const { fields } = extractByRules(scanned([0.9, 0.6, 0.95]), SCHEMA, {});
  expect(fields).toMatchObject({
    fields: {
      reference_number: { value: '5839', parsingConfidence: 0.6 },
      total: { value: 412.5, parsingConfidence: 0.9 },
    },
  });
});

test('words without a confidence have that of their page', () => {
  const { fields } = extractByRules(scanned([0.9, undefined, 0.95]), SCHEMA, {});
  expect(fields).toMatchObject({ fields: { reference_number: { parsingConfidence: 0.9 } } });
});

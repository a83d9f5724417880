import type { PartIndex, ResultPart, ResultSection, SectionIndex } from './parse-result.ts';

/** Parts of a result that a client may download. Pictures have links of their own. */
export const RESULT_DOWNLOADS = [
  'text',
  'markdown',
  'items',
  'metadata',
  'text_full',
  'markdown_full',
  'forms',
  'raw_words',
  'grounded_items',
  'stripped_md',
  'concatenated_stripped_txt',
  'xlsx',
  'output_pdf',
] as const satisfies readonly (ResultSection | ResultPart | 'text_full' | 'markdown_full')[];
export type ResultDownload = (typeof RESULT_DOWNLOADS)[number];

export function isResultDownload(name: string): name is ResultDownload {
  return (RESULT_DOWNLOADS as readonly string[]).includes(name);
}

/** What a download's file name has in place of the document's extension. */
const ENDINGS: Readonly<Record<ResultDownload, string>> = {
  text: '.text.json',
  markdown: '.markdown.json',
  items: '.items.json',
  metadata: '.metadata.json',
  text_full: '.txt',
  markdown_full: '.md',
  forms: '.forms.json',
  raw_words: '.words.jsonl',
  grounded_items: '.grounded.jsonl',
  stripped_md: '.stripped.json',
  concatenated_stripped_txt: '.stripped.txt',
  xlsx: '.xlsx',
  output_pdf: '.pdf',
};

/** What a part is called when it is downloaded: `letter.pdf` gives `letter.md`. */
export function downloadName(documentName: string, part: ResultDownload): string {
  const base = documentName.slice(documentName.search(/[^/\\]*$/)).replace(/\.[^.]{1,16}$/, '');
  return `${base === '' ? 'document' : base}${ENDINGS[part]}`;
}

/** The result's places, as far as they say how large a part is. */
export interface ResultPlaces {
  readonly sections: SectionIndex;
  readonly parts?: PartIndex;
  readonly joined?: { readonly text: number; readonly markdown: number };
}

/** Bytes of a part; undefined when the result does not have it. Results of earlier releases have sections only. */
export function downloadSize(result: ResultPlaces, part: ResultDownload): number | undefined {
  switch (part) {
    case 'text':
    case 'markdown':
    case 'items':
    case 'metadata':
      return result.sections[part].length;
    case 'text_full':
      return result.joined?.text;
    case 'markdown_full':
      return result.joined?.markdown;
    default:
      return result.parts?.[part]?.length;
  }
}

import type { ExtractedField, ExtractedLeaf } from '../../../src/engines/extract/extraction.ts';
import type { ParsedDocument } from '../../../src/engines/extract/parsed-document.ts';

/** All scalars of a tree. */
export function leavesOf(field: ExtractedField): ExtractedLeaf[] {
  if (field.kind === 'leaf') return [field];
  const inner = field.kind === 'list' ? field.items : Object.values(field.fields);
  return inner.flatMap((one) => leavesOf(one));
}

/**
 * Whether what is cited is there: the cited words stand on the cited page, and, where places are told, inside the boxes.
 * Reads the words of the parse, not what the rules made of them.
 */
export function isSupported(leaf: ExtractedLeaf, document: ParsedDocument): boolean {
  return (
    leaf.citations.length > 0 &&
    leaf.citations.every(({ page: number, matchingText, boxes }) => {
      const page = document.pages.find((one) => one.pageNumber === number);
      const wanted = bare(matchingText);
      if (!page || wanted === '') return false;
      const words = page.lines.flatMap((line) => line.segments.flatMap((segment) => segment.words));
      if (words.length === 0) return bare(JSON.stringify(page.items)).includes(wanted);
      const inside = boxes.flatMap((box) =>
        words.filter((word) => {
          const [x, y] = [word.x + word.w / 2, word.y + word.h / 2];
          return x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h;
        }),
      );
      return bare(inside.map((word) => word.text).join('')).includes(wanted);
    })
  );
}

function bare(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}%$€£]/gu, '');
}

import type { ParseOptions } from '../../../../model/parse-options.ts';
import { attribute, child, elements, textOf, type XmlElement } from '../../containers/xml.ts';
import type { FlowBlock, Inline } from '../../items/flow.ts';
import { inlineOf, plainInline } from '../../items/inline.ts';
import { linesOf } from '../block-lines.ts';
import { htmlBlocks } from '../html/reader.ts';
import { nestLists, type LevelledEntry } from '../nest-lists.ts';
import { linkAddress } from '../web-address.ts';

/** An outline (OPML 2.0): its title, and its entries as nested lists. Their text stands in attributes. */
export function opmlBlocks(root: XmlElement, options: ParseOptions): FlowBlock[] {
  const title = textOf(child(child(root, 'head'), 'title') ?? '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const entries: LevelledEntry[] = [];
  const walk = (parent: XmlElement | undefined, level: number): void => {
    for (const outline of elements(parent, 'outline')) {
      const content = outlineContent(outline, options);
      if (content.text !== '') entries.push({ content, level, ordered: false });
      walk(outline, content.text === '' ? level : level + 1);
    }
  };
  walk(child(root, 'body'), 0);
  return [
    ...(title === '' ? [] : [{ kind: 'heading', level: 1, content: plainInline(title) } as const]),
    ...nestLists(entries),
  ];
}

/** What an entry says, where it leads, and the note that outliners keep beside it. */
function outlineContent(outline: XmlElement, options: ParseOptions): Inline {
  const text = attribute(outline, 'text') ?? attribute(outline, 'title') ?? '';
  const note = attribute(outline, '_note') ?? '';
  const url = linkAddress(
    ['htmlUrl', 'url', 'xmlUrl'].map((name) => attribute(outline, name)).find((address) => address),
  );
  const said = isMarkup(text)
    ? htmlBlocks(text, options)
    : [
        {
          kind: 'paragraph',
          content: inlineOf([{ text, ...(url !== undefined && { url }) }], options),
        } as const,
      ];
  return linesOf([...said, { kind: 'paragraph', content: plainInline(note.trim()) }]);
}

/** The text may be HTML (OPML 2.0, "Text attribute"). */
function isMarkup(text: string): boolean {
  return /<\/?[a-z][^<>]*>|&(?:[a-z]+|#\d+);/i.test(text);
}

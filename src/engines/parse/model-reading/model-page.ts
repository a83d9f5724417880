import type { BodyItem, FooterItem, HeaderItem, Item, ReadPage, Word } from '../../../model/document.ts';
import type { ParseOptions } from '../../../model/parse-options.ts';
import { flowPage } from '../items/flow.ts';
import { bodyMarkdown } from '../items/page-markdown.ts';
import { answerBlocks } from './answer-blocks.ts';
import { PlaceFinder } from './find-places.ts';
import { placeItems } from './place-items.ts';
import { tokensOf } from './tokens.ts';

/** What a model's page is made with. */
export interface ModelPageParts {
  /** The page as it was read locally. */
  readonly local: ReadPage;
  /** What the model wrote, checked. */
  readonly markdown: string;
  /** The page's words and their places. */
  readonly words: readonly Word[];
  readonly options: ParseOptions;
}

/**
 * A page as a model read it. Its text body is the model's. What models cannot know stays as it was read locally: the page's
 * size and number, running header and footer, pictures, links with their places, form fields, places of words; and the
 * spatial text, where the page has a text layer.
 */
export function modelPage({ local, markdown, words, options }: ModelPageParts): ReadPage {
  const { pageNumber, width, height } = local;
  const blocks = answerBlocks(markdown, local, options);
  const read = flowPage({ pageNumber, blocks, width, height }, options);
  const bands = local.items.filter((item) => item.type === 'header' || item.type === 'footer');
  const repeated = new Set(bands.flatMap((band) => band.items.map((line) => keyOf(line))));
  const written = read.items.filter((item): item is BodyItem => isBody(item) && !isRepeated(item, repeated));
  const body = withPictures(placeItems(written, new PlaceFinder(words)), local);
  const { confidence: _ocrConfidence, ...kept } = local;
  const newMarkdown = bodyMarkdown(body, options.tablesAsMarkdown);
  return {
    ...kept,
    source: 'model',
    text: local.source === 'text_layer' ? local.text : flowText(read.text, bands),
    markdown: newMarkdown,
    items: [
      ...bands.filter((band) => band.type === 'header'),
      ...body,
      ...local.items.filter((item) => item.type === 'link'),
      ...bands.filter((band) => band.type === 'footer'),
    ],
    ...(local.lineNumbers && { lineNumbers: findLines(local, newMarkdown) }),
  };
}

/** Links of the answer are the page's own, which are kept with their places. */
function isBody(item: Item): item is BodyItem {
  return item.type !== 'header' && item.type !== 'footer' && item.type !== 'link';
}

/** A line of the running header or footer that the model wrote down all the same. */
function isRepeated(item: BodyItem, repeated: ReadonlySet<string>): boolean {
  return (item.type === 'text' || item.type === 'heading') && repeated.has(keyOf(item));
}

function keyOf(item: BodyItem): string {
  return tokensOf('value' in item ? item.value : item.md).join(' ');
}

/**
 * Puts the page's pictures between the items: each behind the last item that begins above it. Those that the model made
 * of captions alone stay as they are.
 */
function withPictures(written: readonly BodyItem[], local: ReadPage): BodyItem[] {
  const items = written.filter((item) => item.type !== 'image' || item.caption !== '');
  for (const picture of local.items) {
    if (picture.type !== 'image') continue;
    const top = picture.boxes[0]?.y ?? 0;
    const last = items.findLastIndex((item) => (item.boxes[0]?.y ?? Number.POSITIVE_INFINITY) <= top);
    items.splice(last + 1, 0, picture);
  }
  return items;
}

function flowText(body: string, bands: readonly (HeaderItem | FooterItem)[]): string {
  const lines = (type: 'header' | 'footer') =>
    bands.flatMap((band) =>
      band.type === type ? band.items.map((line) => ('value' in line ? line.value : line.md)) : [],
    );
  return [lines('header').join('\n'), body, lines('footer').join('\n')]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Printed line numbers, told where their lines stand in the new markdown; those of lines that are not in it are lost. */
function findLines(local: ReadPage, markdown: string): NonNullable<ReadPage['lineNumbers']> {
  let from = 0;
  return (local.lineNumbers ?? []).flatMap(({ lineNumber, startIndex, endIndex }) => {
    const line = local.markdown.slice(startIndex, endIndex);
    const at = line === '' ? -1 : markdown.indexOf(line, from);
    if (at < 0) return [];
    from = at + line.length;
    return [{ lineNumber, startIndex: at, endIndex: from }];
  });
}

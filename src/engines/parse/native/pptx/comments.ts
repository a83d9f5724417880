import { attribute, child, elements, textOf, type XmlElement } from '../../containers/xml.ts';
import type { FlowBlock, FlowListEntry } from '../../items/flow.ts';
import { plainInline } from '../../items/inline.ts';
import { drawingLines } from '../ooxml/drawing-ml.ts';
import { firstOfType, type OoxmlPackage, type Relationships } from '../ooxml/package.ts';

/** Names of those who commented, by their numbers in the presentation. */
export type CommentAuthors = ReadonlyMap<string, string>;

const MOST_COMMENTS = 10_000;

/** Authors of comments of either kind: ECMA-376 part 1, 19.4.2, and [MS-PPTX] 2.1.8. */
export async function commentAuthors(
  pack: OoxmlPackage,
  presentation: Relationships,
): Promise<CommentAuthors> {
  const names = new Map<string, string>();
  for (const type of ['commentAuthors', 'authors']) {
    const target = firstOfType(presentation, type);
    for (const author of elements(target && (await pack.part(target.target)))) {
      const { id, name = '', initials = '' } = author.attributes;
      if (id === undefined || name === '') continue;
      names.set(id, initials === '' || initials === name ? name : `${name} (${initials})`);
    }
  }
  return names;
}

/**
 * What is commented on a slide, as a list that names authors and times: comments of ECMA-376 part 1, 19.4.4, and
 * threads of [MS-PPTX] 2.1.9 with their replies.
 */
export async function slideComments(
  pack: OoxmlPackage,
  slide: Relationships,
  authors: CommentAuthors,
): Promise<FlowBlock[]> {
  const target = firstOfType(slide, 'comments');
  const root = target && (await pack.part(target.target));
  const entries = elements(root, 'cm')
    .flatMap((comment) => [comment, ...elements(child(comment, 'replyLst'), 'reply')])
    .slice(0, MOST_COMMENTS)
    .flatMap((comment) => entryOf(comment, authors));
  return entries.length > 0 ? [{ kind: 'list', ordered: false, entries }] : [];
}

function entryOf(comment: XmlElement, authors: CommentAuthors): FlowListEntry[] {
  const plain = child(comment, 'text');
  const text = plain ? textOf(plain).trim() : drawingLines(child(comment, 'txBody')).join('\n');
  if (text === '') return [];
  const author = authors.get(attribute(comment, 'authorId') ?? '');
  const time = (attribute(comment, 'dt') ?? attribute(comment, 'created') ?? '')
    .slice(0, 16)
    .replace('T', ' ');
  const head = [author, time].filter((part) => part !== undefined && part !== '').join(', ');
  return [{ content: plainInline(head === '' ? text : `${head}: ${text}`) }];
}

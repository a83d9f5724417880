import { attribute, child, elements, textOf, type XmlElement } from '../../containers/xml.ts';
import type { FlowBlock } from '../../items/flow.ts';
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
 * What is commented on a slide, a paragraph each that names author and time, so that none passes for a bullet: comments of ECMA-376 part 1, 19.4.4, and
 * threads of [MS-PPTX] 2.1.9 with their replies.
 */
export async function slideComments(
  pack: OoxmlPackage,
  slide: Relationships,
  authors: CommentAuthors,
): Promise<FlowBlock[]> {
  const target = firstOfType(slide, 'comments');
  const root = target && (await pack.part(target.target));
  return elements(root, 'cm')
    .flatMap((comment) => [comment, ...elements(child(comment, 'replyLst'), 'reply')])
    .slice(0, MOST_COMMENTS)
    .flatMap((comment) => commentBlock(comment, authors));
}

function commentBlock(comment: XmlElement, authors: CommentAuthors): FlowBlock[] {
  const plain = child(comment, 'text');
  const text = plain ? textOf(plain).trim() : drawingLines(child(comment, 'txBody')).join('\n');
  if (text === '') return [];
  const author = authors.get(attribute(comment, 'authorId') ?? '');
  const time = (attribute(comment, 'dt') ?? attribute(comment, 'created') ?? '')
    .slice(0, 16)
    .replace('T', ' ');
  const head = `Comment${author === undefined ? '' : ` by ${author}`}${time === '' ? '' : `, ${time}`}`;
  return [{ kind: 'paragraph', content: plainInline(`${head}: ${text}`) }];
}

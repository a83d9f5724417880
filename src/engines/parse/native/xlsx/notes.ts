import { attribute, child, elements, textOf } from '../../containers/xml.ts';
import type { FlowBlock } from '../../items/flow.ts';
import { plainInline } from '../../items/inline.ts';
import { firstOfType, type OoxmlPackage, type Relationships } from '../ooxml/package.ts';
import { cellString } from './shared-strings.ts';

const MOST_NOTES = 10_000;
/** What Excel writes above a threaded comment for programs that do not know threads. */
const THREAD_PREAMBLE = /^\[Threaded comment\][\s\S]*?\n(?:Comment|Reply):\s*/;

/** What is noted at the cells of a sheet (ECMA-376 part 1, 18.7), as a list that names the cells. */
export async function sheetNotes(source: OoxmlPackage, relationships: Relationships): Promise<FlowBlock[]> {
  const target = firstOfType(relationships, 'comments');
  const root = target && (await source.part(target.target));
  const entries = elements(child(root, 'commentList'), 'comment')
    .slice(0, MOST_NOTES)
    .flatMap((comment) => {
      const body = child(comment, 'text');
      const text = cellString(body ? textOf(body) : '').replace(THREAD_PREAMBLE, '');
      return text === '' ? [] : [{ content: plainInline(`${attribute(comment, 'ref') ?? ''}: ${text}`) }];
    });
  return entries.length > 0 ? [{ kind: 'list', ordered: false, entries }] : [];
}

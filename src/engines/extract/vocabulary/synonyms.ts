import { OF_DOCUMENTS, OF_ITEMS } from './synonym-lists.ts';
import { meaningsOf } from './words.ts';

export interface Phrase {
  /** Meanings of its words, each once. */
  readonly meanings: readonly string[];
  /** 0 to 1: how surely a label that reads so names the field. */
  readonly sure: number;
}

type Group = readonly Phrase[];

function readGroups(groups: readonly string[]): readonly Group[] {
  return groups.map((group) =>
    group.split('; ').map((entry): Phrase => {
      const [label = '', sure = '1'] = entry.split(' ~');
      return { meanings: [...new Set(meaningsOf(label))], sure: Number(sure) };
    }),
  );
}

const DOCUMENT_GROUPS = readGroups(OF_DOCUMENTS);
const ITEM_GROUPS = readGroups(OF_ITEMS);

/**
 * Other ways to put what is meant; empty where nothing is known to mean it.
 * @param inList whether it is about the items of a list rather than about the document
 */
export function synonymsOf(meanings: readonly string[], inList = false): Group {
  let best: Group = [];
  let bestSure = 0;
  for (const group of [...DOCUMENT_GROUPS, ...ITEM_GROUPS]) {
    for (const [index, phrase] of group.entries()) {
      const sure = same(phrase.meanings, meanings) ? phrase.sure - index / 1000 + rank(group, inList) : 0;
      if (sure > bestSure) [best, bestSure] = [group, sure];
    }
  }
  return best;
}

/** Groups of the right kind go before the others. */
function rank(group: Group, inList: boolean): number {
  return ITEM_GROUPS.includes(group) === inList ? 1 : 0;
}

/** Whether one of a field's own names means the same as a usual label. */
export function namesSame(phrases: readonly Phrase[], label: string, inList: boolean): boolean {
  const usual = synonymsOf(meaningsOf(label), inList).filter((phrase) => phrase.sure === 1);
  return phrases.some(
    (own) => own.sure >= 0.95 && usual.some((phrase) => same(phrase.meanings, own.meanings)),
  );
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one) => b.includes(one));
}

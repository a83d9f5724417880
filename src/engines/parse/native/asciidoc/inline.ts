import type { Inline } from '../../items/flow.ts';
import { inlineOf, type Run } from '../../items/inline.ts';
import { linkAddress } from '../web-address.ts';

const MARKS =
  /(?:link:|(?=https?:\/\/))([^\s[\]]+)\[([^\]]*)\]|<<[^<>,]*,([^<>]*)>>|footnote:\[([^\]]*)\]|(\*\*|__|``|\*|_|`)(?=\S)((?:(?!\5).){1,500}?)(?<=\S)\5|image:[^\s[\]]+\[([^\],]*)[^\]]*\]/g;

/** Longer lines are taken as they are: pairing marks takes quadratic time, and the text may be hostile. */
const LONGEST_LINE = 4_000;

/** A line of AsciiDoc with its marks resolved. */
export function asciidocInline(text: string, options: { readonly annotateLinks: boolean }): Inline {
  return inlineOf(text.length > LONGEST_LINE ? [{ text }] : runsOf(text, {}), options);
}

function runsOf(text: string, look: Omit<Run, 'text'>): Run[] {
  const runs: Run[] = [];
  let end = 0;
  for (const match of text.matchAll(MARKS)) {
    const [whole, url, label, reference, note, mark, marked, alt] = match;
    // A mark inside a word is a sign of the word.
    const before = text[match.index - 1] ?? ' ';
    if (mark?.length === 1 && (/\w/.test(before) || /\w/.test(text[match.index + whole.length] ?? ' ')))
      continue;
    runs.push({ ...look, text: text.slice(end, match.index) });
    end = match.index + whole.length;
    if (url !== undefined) {
      const address = linkAddress(url);
      runs.push({ ...look, text: label || url, ...(address !== undefined && { url: address }) });
    } else if (note !== undefined) runs.push({ ...look, text: ` (${note})` });
    else if (mark !== undefined && marked !== undefined) runs.push(...markedRuns(mark, marked, look));
    else runs.push({ ...look, text: reference ?? alt ?? '' });
  }
  runs.push({ ...look, text: text.slice(end) });
  return runs;
}

function markedRuns(mark: string, text: string, look: Omit<Run, 'text'>): Run[] {
  if (mark.startsWith('`')) return [{ ...look, text, code: true }];
  return runsOf(text, { ...look, ...(mark.startsWith('*') ? { bold: true } : { italic: true }) });
}

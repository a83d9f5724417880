import type { FlowBlock } from '../../items/flow.ts';
import { inlineOf, type Run } from '../../items/inline.ts';
import type { DocumentReader } from '../../reader.ts';
import { flowDocument } from '../flow-document.ts';
import { readText } from '../text/reader.ts';

/** Reads subtitles (WebVTT and SubRip): what is said, cue by cue, with the speaker where another one begins. */
export const openSubtitles: DocumentReader = async (input) => {
  const blocks = cueBlocks((await readText(input)).replace(/^\ufeff/, ''));
  return flowDocument([{ blocks }], input);
};

const TIMING = /^[\d:.,]+\s+-->\s+[\d:.,]+/;

/** The cues of subtitles as paragraphs. When they are shown, and how, is left out. */
export function cueBlocks(text: string): FlowBlock[] {
  let speaker = '';
  return text.split(/\n{2,}/).flatMap((part): FlowBlock[] => {
    const lines = part.split('\n');
    const timing = lines.slice(0, 2).findIndex((line) => TIMING.test(line.trim()));
    // Notes, styles and regions have no time.
    if (timing < 0) return [];
    const cue = lines.slice(timing + 1).join('\n');
    const voice = /<v(?:\.[^\s<>]*)?\s([^<>]*)>/.exec(cue)?.[1]?.trim() ?? '';
    const runs: Run[] =
      voice !== '' && voice !== speaker ? [{ text: `${voice}:`, bold: true }, { text: ' ' }] : [];
    speaker = voice;
    const content = inlineOf([...runs, ...cueRuns(cue)], { annotateLinks: false });
    return content.text === '' ? [] : [{ kind: 'paragraph', content }];
  });
}

/** WebVTT 4.2.2: tags of a cue; SubRip knows a few of them. */
function cueRuns(cue: string): Run[] {
  let [bold, italic] = [false, false];
  return cue.split(/(<[^<>]*>|\{\\[^{}]*\})/).flatMap((piece): Run[] => {
    const tag = /^<(\/?)([a-z]*)/i.exec(piece);
    if (!tag && !piece.startsWith('{\\')) return [{ text: unescaped(piece), bold, italic }];
    if (tag?.[2] === 'b') bold = tag[1] === '';
    if (tag?.[2] === 'i') italic = tag[1] === '';
    return [];
  });
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  nbsp: '\u00a0',
  lrm: '',
  rlm: '',
};

function unescaped(text: string): string {
  return text
    .replaceAll(/&(amp|lt|gt|nbsp|lrm|rlm);/g, (whole, name: string) => ENTITIES[name] ?? whole)
    .replaceAll('\n', ' ');
}

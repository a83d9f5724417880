import type { Inline } from './flow.ts';
import { escapeMarkdown, fenceFor } from './markup.ts';
import type { PictureBlock } from './picture.ts';

/** A piece of text that looks the same throughout. */
export interface Run {
  readonly text: string;
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly strike?: boolean;
  readonly code?: boolean;
  readonly url?: string;
  /** The run as finished markdown, where it is more than its text: formulas, marks of notes. */
  readonly md?: string;
  /** The run is a picture, and its text the picture's caption. */
  readonly picture?: PictureBlock;
}

/**
 * Makes a line of text out of runs: neighbours that look the same are joined, blanks at the ends of an emphasised run
 * stand outside its marks, and signs that would be markdown are escaped.
 * @param options.annotateLinks whether the markdown names the targets of links
 */
export function inlineOf(runs: readonly Run[], options: { readonly annotateLinks: boolean }): Inline {
  const joined = trimEnds(joinRuns(runs));
  const text = joined.map((run) => run.text).join('');
  const links = linksOf(joined);
  const md = joined.map((run) => runMarkdown(run, options.annotateLinks)).join('');
  const pictures = runs.flatMap((run) => run.picture ?? []);
  return { text, md, ...(links.length > 0 && { links }), ...(pictures.length > 0 && { pictures }) };
}

/** A line of text without any emphasis. */
export function plainInline(text: string): Inline {
  return { text, md: escapeMarkdown(text) };
}

function joinRuns(runs: readonly Run[]): Run[] {
  const joined: { run: Run; parts: string[] }[] = [];
  for (const run of runs) {
    if (run.text === '') continue;
    const last = joined.at(-1);
    if (last && looksLike(last.run, run)) last.parts.push(run.text);
    else joined.push({ run, parts: [run.text] });
  }
  return joined.map(({ run, parts }) => ({ ...run, text: parts.join('') }));
}

function looksLike(a: Run, b: Run): boolean {
  return (
    (a.bold ?? false) === (b.bold ?? false) &&
    (a.italic ?? false) === (b.italic ?? false) &&
    (a.strike ?? false) === (b.strike ?? false) &&
    (a.code ?? false) === (b.code ?? false) &&
    a.url === b.url &&
    a.md === undefined &&
    b.md === undefined
  );
}

function trimEnds(runs: readonly Run[]): Run[] {
  const kept = [...runs];
  for (let first = kept[0]; first; first = kept[0]) {
    const text = first.text.trimStart();
    if (text === '') kept.shift();
    else {
      kept[0] = { ...first, text };
      break;
    }
  }
  for (let last = kept.at(-1); last; last = kept.at(-1)) {
    const text = last.text.trimEnd();
    if (text === '') kept.pop();
    else {
      kept[kept.length - 1] = { ...last, text };
      break;
    }
  }
  return kept;
}

function runMarkdown(run: Run, annotateLinks: boolean): string {
  const core = run.text.trim();
  if (core === '') return run.text;
  const start = run.text.indexOf(core);
  const before = run.text.slice(0, start);
  const after = run.text.slice(start + core.length);
  const marks = `${run.strike ? '~~' : ''}${run.bold ? '**' : ''}${run.italic ? '*' : ''}`;
  const signs = Array.from(marks.matchAll(/~~|\*\*|\*/g), ([sign]) => sign);
  const body = run.md ?? (run.code ? codeSpan(core) : escapeMarkdown(core));
  const marked = `${signs.join('')}${body}${signs.toReversed().join('')}`;
  const linked = run.url !== undefined && annotateLinks ? `[${marked}](${linkTarget(run.url)})` : marked;
  return before + linked + after;
}

function codeSpan(text: string): string {
  const fence = fenceFor(text, 1);
  return fence.length > 1 ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`;
}

/** Blanks and brackets would end a link's target early. */
function linkTarget(url: string): string {
  return url.replaceAll(
    /[\s()<>]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

function linksOf(runs: readonly Run[]): { text: string; url: string }[] {
  const links: { text: string; url: string }[] = [];
  let previous: Run | undefined;
  for (const run of runs) {
    if (run.url !== undefined) {
      const last = links.at(-1);
      if (last && previous?.url === run.url) last.text += run.text;
      else links.push({ text: run.text, url: run.url });
    }
    previous = run;
  }
  return links.map((link) => ({ ...link, text: link.text.trim() })).filter((link) => link.text !== '');
}

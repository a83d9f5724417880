import type { Pdf } from './pdf-file.ts';

export interface TextStyle {
  readonly font: string;
  /** Points. */
  readonly size: number;
  /** Distance from line to line, as a multiple of the size. Default 1.35. */
  readonly leading?: number;
  readonly colour?: string;
  readonly align?: 'left' | 'right' | 'center' | 'justify';
}

/** Text in one style within a paragraph: plain, in another face, or linked. */
export type Span = string | { readonly text: string; readonly font?: string; readonly url?: string };

/** A stretch of one line that is drawn in one go. */
interface Run {
  text: string;
  readonly font: string;
  readonly url: string | undefined;
}

export interface Line {
  readonly runs: readonly Run[];
  /** Width of the text in points, without stretching. */
  readonly width: number;
  /** The last line of a paragraph is never stretched. */
  readonly last: boolean;
}

export const lineHeight = (style: TextStyle): number => style.size * (style.leading ?? 1.35);

/** Breaks a paragraph into lines no wider than `width`; a longer word stands alone and sticks out. */
export function breakLines(
  pdf: Pdf,
  content: Span | readonly Span[],
  style: TextStyle,
  width: number,
): Line[] {
  const spans: readonly Span[] = Array.isArray(content) ? content : [content as Span];
  const lines: Line[] = [];
  let runs: Run[] = [];
  let used = 0;
  const finish = (last: boolean): void => {
    lines.push({ runs, width: used, last });
    runs = [];
    used = 0;
  };
  for (const span of spans) {
    const { text, font = style.font, url } = typeof span === 'string' ? { text: span } : span;
    pdf.font(font, style.size);
    const space = pdf.widthOfString(' ');
    for (const word of text.split(' ').filter((piece) => piece !== '')) {
      const wordWidth = pdf.widthOfString(word);
      // Punctuation that follows a link or a bold word belongs to it, without a space between.
      const gap = used > 0 && !/^[.,;:)]/.test(word) ? space : 0;
      if (used > 0 && used + gap + wordWidth > width) finish(false);
      const current = runs.at(-1);
      if (current && current.font === font && current.url === url) current.text += (gap ? ' ' : '') + word;
      else {
        if (current && gap) current.text += ' ';
        runs.push({ text: word, font, url });
      }
      used += (used > 0 ? gap : 0) + wordWidth;
    }
  }
  finish(true);
  return lines;
}

/** Draws one broken line with its top at `y`. */
export function drawLine(
  pdf: Pdf,
  line: Line,
  style: TextStyle,
  at: { x: number; y: number; width: number },
): void {
  const spare = at.width - line.width;
  const gaps = line.runs.reduce((sum, run) => sum + run.text.split(' ').length - 1, 0);
  const stretch = style.align === 'justify' && !line.last && gaps > 0 ? spare / gaps : 0;
  let x = at.x + (style.align === 'right' ? spare : style.align === 'center' ? spare / 2 : 0);
  for (const run of line.runs) {
    pdf.font(run.font, style.size).fillColor(run.url === undefined ? (style.colour ?? 'black') : '#1a4f8b');
    const width = pdf.widthOfString(run.text) + stretch * (run.text.split(' ').length - 1);
    pdf.text(run.text, x, at.y, { lineBreak: false, wordSpacing: stretch });
    if (run.url !== undefined) pdf.link(x, at.y, width, style.size * 1.2, run.url);
    x += width;
  }
}

import type { TextStyle } from './lines.ts';
import type { Pdf } from './pdf-file.ts';

/** What stands in the margin of one page; an empty place stays empty. */
export interface RunningLines {
  readonly header?: { readonly left?: string; readonly right?: string };
  readonly footer?: { readonly left?: string; readonly centre?: string; readonly right?: string };
}

export interface RunningLineStyle {
  readonly text: TextStyle;
  /** Points from the paper's left and right edge. */
  readonly side: number;
  /** Points from the paper's top to the header, and from its bottom to the footer's top. */
  readonly edge: number;
  /** A thin line between the running lines and the page. */
  readonly rule?: boolean;
}

/** Writes headers and footers on all pages once their number is known. Pages count from 1. */
export function drawRunningLines(
  pdf: Pdf,
  linesOf: (page: number, pages: number) => RunningLines | undefined,
  style: RunningLineStyle,
): void {
  const { start, count } = pdf.bufferedPageRange();
  for (let page = 1; page <= count; page += 1) {
    const lines = linesOf(page, count);
    if (!lines) continue;
    pdf.switchToPage(start + page - 1);
    const { width, height } = pdf.page;
    const write = (text: string | undefined, share: number, y: number): void => {
      if (text === undefined) return;
      pdf.font(style.text.font, style.text.size).fillColor(style.text.colour ?? '#444444');
      const spare = width - 2 * style.side - pdf.widthOfString(text);
      pdf.text(text, style.side + spare * share, y, { lineBreak: false });
    };
    const rule = (y: number): void => {
      if (!style.rule) return;
      pdf
        .lineWidth(0.5)
        .moveTo(style.side, y)
        .lineTo(width - style.side, y)
        .stroke('#999999');
    };
    if (lines.header) {
      write(lines.header.left, 0, style.edge);
      write(lines.header.right, 1, style.edge);
      rule(style.edge + style.text.size * 1.5);
    }
    if (lines.footer) {
      const y = height - style.edge;
      rule(y - style.text.size * 0.6);
      write(lines.footer.left, 0, y);
      write(lines.footer.centre, 0.5, y);
      write(lines.footer.right, 1, y);
    }
  }
}

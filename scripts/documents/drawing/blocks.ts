import type { Flow } from './flow.ts';
import { breakLines, drawLine, lineHeight, type Span, type TextStyle } from './lines.ts';

export interface ParagraphOptions {
  /** Points left free at the left. */
  readonly indent?: number;
  /** Points of space below; default half a line. */
  readonly after?: number;
}

/** Sets a paragraph; it may run on in the next column or on the next page, line by line. */
export function setParagraph(
  flow: Flow,
  content: Span | readonly Span[],
  style: TextStyle,
  options: ParagraphOptions = {},
): void {
  const indent = options.indent ?? 0;
  const height = lineHeight(style);
  const lines = breakLines(flow.pdf, content, style, flow.region.width - indent);
  for (const [index, line] of lines.entries()) {
    // No lone first line at the bottom of a column.
    flow.keep(index === 0 && lines.length > 1 ? 2 * height : height);
    const { x, width } = flow.region;
    drawLine(flow.pdf, line, style, { x: x + indent, y: flow.y, width: width - indent });
    flow.y += height;
  }
  flow.skip(options.after ?? height / 2);
}

/** Sets a heading, with space for it and for the first lines of what follows. */
export function setHeading(flow: Flow, text: string, style: TextStyle): void {
  const height = lineHeight(style);
  const lines = breakLines(flow.pdf, text, style, flow.region.width);
  flow.keep(height * (lines.length + 0.4) + 4 * 14);
  flow.skip(height * 0.4);
  setParagraph(flow, text, style, { after: height * 0.25 });
}

export interface ListOptions {
  /** Default: a bullet before every entry. A function numbers them, from 0. */
  readonly marker?: (index: number) => string;
  readonly indent?: number;
  /** Points from the marker to the text. */
  readonly hang?: number;
}

export const bullet = (): string => '•';
export const numbered = (index: number): string => `${index + 1}.`;

/** Sets a list with hanging markers. */
export function setList(
  flow: Flow,
  entries: readonly (Span | readonly Span[])[],
  style: TextStyle,
  options: ListOptions = {},
): void {
  const indent = options.indent ?? 6;
  const hang = options.hang ?? 14;
  const marker = options.marker ?? bullet;
  const height = lineHeight(style);
  for (const [index, entry] of entries.entries()) {
    flow.keep(height);
    for (const [row, line] of breakLines(
      flow.pdf,
      entry,
      style,
      flow.region.width - indent - hang,
    ).entries()) {
      flow.keep(height);
      const { x, width } = flow.region;
      if (row === 0) {
        flow.pdf.font(style.font, style.size).fillColor(style.colour ?? 'black');
        flow.pdf.text(marker(index), x + indent, flow.y, { lineBreak: false });
      }
      drawLine(flow.pdf, line, style, { x: x + indent + hang, y: flow.y, width: width - indent - hang });
      flow.y += height;
    }
    flow.skip(height * 0.15);
  }
  flow.skip(height * 0.4);
}

import type { Region } from './flow.ts';
import type { Pdf } from './pdf-file.ts';

export interface Bar {
  readonly label: string;
  readonly value: number;
}

export interface BarChartStyle {
  readonly font: string;
  readonly size: number;
  readonly fill: string;
  /** How a value reads above its bar. */
  readonly format?: (value: number) => string;
}

/** Draws upright bars with their labels below and their values above, inside the region. */
export function drawBarChart(pdf: Pdf, region: Region, bars: readonly Bar[], style: BarChartStyle): void {
  const highest = Math.max(...bars.map((bar) => bar.value));
  const labelRoom = style.size * 1.8;
  const baseline = region.y + region.height - labelRoom;
  const tallest = region.height - 2 * labelRoom;
  const step = region.width / bars.length;
  const format = style.format ?? String;
  const centre = (text: string, middle: number, y: number): void => {
    pdf.font(style.font, style.size).fillColor('#222222');
    pdf.text(text, middle - pdf.widthOfString(text) / 2, y, { lineBreak: false });
  };
  for (const [index, bar] of bars.entries()) {
    const height = (bar.value / highest) * tallest;
    const left = region.x + index * step + step * 0.2;
    pdf.rect(left, baseline - height, step * 0.6, height).fill(style.fill);
    centre(format(bar.value), left + step * 0.3, baseline - height - style.size * 1.4);
    centre(bar.label, left + step * 0.3, baseline + style.size * 0.5);
  }
  pdf
    .lineWidth(1)
    .moveTo(region.x, baseline)
    .lineTo(region.x + region.width, baseline)
    .stroke('#444444');
}

import { streamXml } from '../../containers/xml-stream.ts';

/**
 * Reads the texts that cells share (ECMA-376 part 1, 18.4). Runs of one text are joined; how East Asian text is read
 * aloud (`rPh`) is not part of it.
 */
export async function readSharedStrings(
  chunks: AsyncIterable<Buffer>,
): Promise<{ readonly strings: readonly string[]; readonly damage: string | undefined }> {
  const strings: string[] = [];
  let text = '';
  let isText = false;
  let aloud = 0;
  const damage = await streamXml(chunks, {
    openTag(name) {
      if (name === 'si') text = '';
      else if (name === 'rPh') aloud += 1;
      else if (name === 't') isText = aloud === 0;
    },
    closeTag(name) {
      if (name === 'si') strings.push(cellString(text));
      else if (name === 'rPh') aloud -= 1;
      else if (name === 't') isText = false;
    },
    text(piece) {
      if (isText) text += piece;
    },
  });
  return { strings, damage };
}

/** Signs that XML cannot hold are written `_x000D_` (ECMA-376 part 1, 22.9.2.19). Blanks at the ends show nothing. */
export function cellString(text: string): string {
  const whole = text.includes('_x')
    ? text.replaceAll(/_x([\da-f]{4})_/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;
  return whole.replaceAll(/\r\n?/g, '\n').trim();
}
